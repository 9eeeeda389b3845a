import type { InputRequest } from '@parley/contracts';
import { ClipboardList } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { checkField, formContent } from './check-field.ts';
import { ForeignWords } from './foreign-words.tsx';
import { FormFieldView } from './form-field-view.tsx';
import { type FieldValue, type FormField, readFormFields } from './form-fields.ts';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type Form = Extract<InputRequest, { kind: 'form' }>;

/** A form that a server asks to fill in. */
export function FormCard({ asked }: { readonly asked: Asked<Form> }) {
  const { form, request: texts } = useTexts().tools;
  const { source, message, schema } = asked.request;
  const answering = useAnswer(asked);
  const fields = useMemo(() => readFormFields(schema), [schema]);
  const [values, setValues] = useState<Readonly<Record<string, FieldValue>>>({});
  const [isTried, setTried] = useState(false);
  const valueOf = (field: FormField) => values[field.name] ?? field.start;
  const errorOf = (field: FormField) => checkField(field, valueOf(field), form.errors);
  const send = () => {
    if (!fields) return;
    setTried(true);
    const wrong = fields.findIndex((field) => errorOf(field) !== undefined);
    if (wrong === -1) answering.give({ kind: 'accept', content: formContent(fields, valueOf) });
    else focusField(answering.card.current, wrong);
  };
  return (
    <RequestCard
      icon={<ClipboardList className="size-5" />}
      title={form.title(source.title)}
      source={source}
      answering={answering}
      actions={
        <>
          <Button onClick={() => answering.give({ kind: 'decline' })}>{texts.decline}</Button>
          {fields ? (
            <Button variant="primary" onClick={send}>
              {form.send}
            </Button>
          ) : null}
        </>
      }
    >
      <ForeignWords text={message} label={source.title} />
      {fields ? (
        fields.map((field) => (
          <FormFieldView
            key={field.name}
            field={field}
            value={valueOf(field)}
            error={isTried ? errorOf(field) : undefined}
            onChange={(value) => setValues((held) => ({ ...held, [field.name]: value }))}
          />
        ))
      ) : (
        <p className="text-danger">{form.unusable}</p>
      )}
      <p className="text-xs text-text-muted">{form.warning(source.title)}</p>
    </RequestCard>
  );
}

function focusField(card: HTMLElement | null, index: number): void {
  card?.querySelectorAll('[data-field]')[index]?.querySelector<HTMLElement>('input, select')?.focus();
}
