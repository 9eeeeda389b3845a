import { actionSetSettingsSchema, ProblemError } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf, focusFirstError, issuesOf } from '../../lib/field-errors.ts';
import type { FieldErrors } from '../../lib/field-errors.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { DescriptionSummary } from './description-summary.tsx';
import type { Description } from './description.ts';
import { mostEnabled, settingsOf } from './draft.ts';
import type { ActionDraft } from './draft.ts';
import { OperationChecklist } from './operation-checklist.tsx';
import { useSaveActions } from './use-action-changes.ts';

export interface ActionFormProps {
  /** Of the form, for a button outside it. */
  readonly id: string;
  /** Absent: a new action set. */
  readonly setId: string | undefined;
  readonly draft: ActionDraft;
  readonly description: Description;
  /** As it is stored; absent for a new one. */
  readonly before: ActionDraft | undefined;
  readonly onBusy: (busy: boolean) => void;
  readonly onChange: (change: Partial<ActionDraft>) => void;
  readonly onChangeDescription: () => void;
  readonly onSaved: () => void;
}

const fields = ['title', 'serverUrl', 'enabled', 'auth.secret', 'auth.header'] as const;

/** What is chosen of a description as a form; an error stands at its field. */
export function ActionForm(props: ActionFormProps) {
  const { id, setId, draft, description, before, onBusy, onChange, onChangeDescription, onSaved } = props;
  const { form: texts, operations } = useActionsTexts();
  const all = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const saving = useSaveActions(setId, onSaved);

  useEffect(() => {
    if (form.current) focusFirstError(form.current, errors);
  }, [errors]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.isPending) return;
    saving.reset();
    const parsed = actionSetSettingsSchema.safeParse(settingsOf(draft));
    if (parsed.success) {
      setErrors({});
      onBusy(true);
      saving.mutate(parsed.data, {
        onError: (error) => setErrors(errorsOf(error, all)),
        onSettled: () => onBusy(false),
      });
      return;
    }
    const found = issuesOf(parsed.error.issues);
    setErrors({
      ...found,
      ...(found['serverUrl'] === undefined ? {} : { serverUrl: texts.urlInvalid }),
      ...(found['enabled'] === undefined ? {} : { enabled: operations.tooMany(mostEnabled) }),
    });
  };

  const hasFieldError = fields.some((field) => errors[field] !== undefined);
  return (
    <form ref={form} id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      {saving.error !== null && !hasFieldError ? (
        <Banner tone="danger">{`${texts.failed} ${explainError(saving.error, all)}`}</Banner>
      ) : null}
      <DescriptionSummary description={description} onChange={onChangeDescription} />
      <TextField
        label={texts.name}
        name="title"
        hint={texts.nameHint}
        value={draft.title}
        onChange={({ currentTarget }) => onChange({ title: currentTarget.value })}
        error={errors['title']}
        maxLength={60}
        autoComplete="off"
      />
      <TextField
        label={texts.url}
        name="serverUrl"
        type="url"
        inputMode="url"
        hint={texts.urlHint}
        value={draft.serverUrl}
        onChange={({ currentTarget }) => onChange({ serverUrl: currentTarget.value })}
        error={errors['serverUrl']}
        autoComplete="off"
        spellCheck={false}
      />
      <OperationChecklist
        operations={description.operations}
        chosen={draft.enabled}
        onChange={(enabled) => onChange({ enabled })}
        error={errors['enabled']}
      />
      <CredentialFields draft={draft} before={before} errors={errors} onChange={onChange} />
    </form>
  );
}

/** What the server finds wrong, at the field where it can be mended. */
function errorsOf(error: unknown, all: ReturnType<typeof useTexts>): FieldErrors {
  if (error instanceof ProblemError && error.code === 'address-not-allowed') {
    return { serverUrl: explainError(error, all) };
  }
  return fieldErrorsOf(error);
}
