import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Checkbox } from '../../../../ui/checkbox.tsx';
import { SelectField } from '../../../../ui/select-field.tsx';
import { TextField } from '../../../../ui/text-field.tsx';
import type { FieldValue, FormField } from './form-fields.ts';

export interface FormFieldViewProps {
  readonly field: FormField;
  readonly value: FieldValue;
  readonly error: string | undefined;
  readonly onChange: (value: FieldValue) => void;
}

/** One field of a server's form, with the control that suits it. */
export function FormFieldView(props: FormFieldViewProps) {
  return (
    <div data-field>
      <Control {...props} />
    </div>
  );
}

function Control({ field, value, error, onChange }: FormFieldViewProps) {
  const { form } = useTexts().tools;
  const { type, description, isRequired } = field;
  const label = isRequired || type.kind === 'boolean' ? field.label : `${field.label} (${form.optional})`;
  const shared = { label, hint: description, error, 'aria-required': isRequired || undefined };
  switch (type.kind) {
    case 'boolean':
      return <Checkbox label={label} description={description} checked={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <SelectField {...shared} value={String(value)} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{isRequired ? form.choose : form.none}</option>
          {type.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </SelectField>
      );
    case 'choices':
      return <Choices field={field} options={type.options} value={value} error={error} onChange={onChange} />;
    case 'number':
      return (
        <TextField
          {...shared}
          inputMode={type.isWhole ? 'numeric' : 'decimal'}
          autoComplete="off"
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return (
        <TextField
          {...shared}
          type={inputTypes[type.format ?? 'plain']}
          autoComplete={type.format === 'email' ? 'email' : 'off'}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return type satisfies never;
  }
}

const inputTypes = {
  plain: 'text',
  email: 'email',
  uri: 'url',
  date: 'date',
  'date-time': 'datetime-local',
} as const;

interface ChoicesProps extends FormFieldViewProps {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function Choices({ field, options, value, error, onChange }: ChoicesProps) {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  return (
    <fieldset className="m-0 min-w-0 border-0 p-0">
      <legend className="p-0 font-medium">{field.label}</legend>
      {field.description === undefined ? null : <p className="text-xs text-text-muted">{field.description}</p>}
      {options.map((option) => (
        <Checkbox
          key={option.value}
          label={option.label}
          className="-mx-2"
          checked={chosen.includes(option.value)}
          onChange={(isChosen) => {
            const others = chosen.filter((other) => other !== option.value);
            onChange(isChosen ? [...others, option.value] : others);
          }}
        />
      ))}
      {error === undefined ? null : (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
