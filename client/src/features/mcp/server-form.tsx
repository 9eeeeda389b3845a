import { mcpServerSettingsSchema } from '@parley/contracts';
import type { McpServerSettings } from '@parley/contracts';
import { useEffect, useId, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf, focusFirstError, issuesOf } from '../../lib/field-errors.ts';
import type { FieldErrors } from '../../lib/field-errors.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { AuthFields } from './auth-fields.tsx';
import { settingsOf } from './settings-of.ts';
import { useSaveServer } from './use-server-actions.ts';

export interface ServerFormProps {
  readonly title: string;
  /** Absent: a new server. */
  readonly name: string | undefined;
  readonly initial: McpServerSettings;
  readonly onClose: () => void;
}

const transports = ['streamable-http', 'sse'] as const;

/** The settings of a server as a form; an error stands at its field. */
export function ServerForm({ title, name, initial, onClose }: ServerFormProps) {
  const { form: texts } = useMcpTexts();
  const all = useTexts();
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const saving = useSaveServer(name, onClose);
  const hasKey = name !== undefined && initial.auth.kind === 'api-key';

  useEffect(() => {
    if (form.current) focusFirstError(form.current, errors);
  }, [errors]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = mcpServerSettingsSchema.safeParse(settingsOf(new FormData(event.currentTarget)));
    const found = parsed.success ? {} : issuesOf(parsed.error.issues);
    setErrors(found['url'] === undefined ? found : { ...found, url: texts.urlInvalid });
    saving.reset();
    if (parsed.success) saving.mutate(parsed.data, { onError: (error) => setErrors(fieldErrorsOf(error)) });
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{all.common.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={saving.isPending}>
            {name === undefined ? texts.add : texts.save}
          </Button>
        </>
      }
    >
      <form ref={form} id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {saving.error !== null && Object.keys(errors).length === 0 ? (
          <Banner tone="danger">{`${texts.failed} ${explainError(saving.error, all)}`}</Banner>
        ) : null}
        <TextField
          label={texts.name}
          name="title"
          hint={texts.nameHint}
          defaultValue={initial.title}
          error={errors['title']}
          maxLength={60}
          autoComplete="off"
        />
        <TextField
          label={texts.url}
          name="url"
          type="url"
          inputMode="url"
          hint={texts.urlHint}
          defaultValue={initial.url}
          error={errors['url']}
          autoComplete="off"
          spellCheck={false}
        />
        <TextAreaField
          label={texts.description}
          name="description"
          rows={2}
          defaultValue={initial.description}
          error={errors['description']}
          maxLength={500}
        />
        <SelectField label={texts.transport} name="transport" defaultValue={initial.transport}>
          {transports.map((value) => (
            <option key={value} value={value}>
              {texts.transports[value]}
            </option>
          ))}
        </SelectField>
        <AuthFields auth={initial.auth} hasKey={hasKey} errors={errors} />
        <p className="text-xs text-text-muted">{texts.trust}</p>
      </form>
    </Dialog>
  );
}
