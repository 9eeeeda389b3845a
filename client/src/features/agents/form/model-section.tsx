import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { Section } from './section.tsx';
import { useOfferedModels } from './use-offered-models.ts';
import type { FormPartProps } from './form-part.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high'] as const;

/** The model the agent stands on, and how it is asked to answer. */
export function ModelSection({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const number = (field: 'temperature' | 'topP' | 'maxOutputTokens') => ({
    label: builder[field],
    placeholder: builder.modelsOwn,
    inputMode: field === 'maxOutputTokens' ? ('numeric' as const) : ('decimal' as const),
    autoComplete: 'off',
    value: form[field],
    error: errors[field],
    onChange: (event: { readonly currentTarget: HTMLInputElement }) => change({ [field]: event.currentTarget.value }),
  });
  return (
    <Section title={builder.modelSection}>
      <ModelField form={form} errors={errors} change={change} />
      <fieldset className="min-w-0">
        <legend className="text-sm font-medium">{builder.parameters}</legend>
        <p className="mb-3 text-xs text-text-muted">{builder.parametersHint}</p>
        <div className="grid gap-4 @md:grid-cols-2">
          <TextField {...number('temperature')} hint={builder.temperatureHint} />
          <TextField {...number('topP')} hint={builder.topPHint} />
          <TextField {...number('maxOutputTokens')} hint={builder.maxOutputTokensHint} />
          <SelectField
            label={builder.reasoningEffort}
            value={form.reasoningEffort}
            error={errors['reasoningEffort']}
            onChange={(event) => change({ reasoningEffort: event.currentTarget.value })}
          >
            <option value="">{builder.modelsOwn}</option>
            {efforts.map((effort) => (
              <option key={effort} value={effort}>
                {builder.efforts[effort]}
              </option>
            ))}
          </SelectField>
        </div>
      </fieldset>
    </Section>
  );
}

function ModelField({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const { offered, error } = useOfferedModels();
  const current = offered?.find(({ name }) => name === form.endpoint);
  const isOffered = current?.models.some(({ id }) => id === form.model) === true;
  const isGone = form.model !== '' && offered !== undefined && !isOffered;
  const description = current?.models.find(({ id }) => id === form.model)?.description;
  return (
    <SelectField
      label={builder.model}
      required
      value={JSON.stringify([form.endpoint, form.model])}
      error={errors['model'] ?? (error ? builder.modelsFailed : isGone ? builder.modelGoneHint : undefined)}
      hint={description}
      onChange={(event) => {
        const chosen = offered?.flatMap(({ name, models }) =>
          models
            .filter(({ id }) => JSON.stringify([name, id]) === event.currentTarget.value)
            .map(({ id }) => ({ endpoint: name, model: id })),
        )[0];
        if (chosen) change(chosen);
      }}
    >
      {isOffered ? null : (
        <option value={JSON.stringify([form.endpoint, form.model])} disabled={form.model === ''}>
          {form.model === '' ? builder.chooseModel : offered ? builder.modelGone(form.model) : form.model}
        </option>
      )}
      {offered?.map((endpoint) => (
        <optgroup key={endpoint.name} label={endpoint.label}>
          {endpoint.models.map(({ id }) => (
            <option key={id} value={JSON.stringify([endpoint.name, id])}>
              {id}
            </option>
          ))}
        </optgroup>
      ))}
    </SelectField>
  );
}
