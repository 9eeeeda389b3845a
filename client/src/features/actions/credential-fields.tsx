import type { FieldErrors } from '../../lib/field-errors.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { ActionDraft } from './draft.ts';

export interface CredentialFieldsProps {
  readonly draft: ActionDraft;
  /** As it is stored; absent for a new one. */
  readonly before: ActionDraft | undefined;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<ActionDraft>) => void;
}

const kinds = ['none', 'bearer', 'basic', 'header'] as const;

/** How the calls prove themselves. A stored secret is never shown; left empty, it stays. */
export function CredentialFields({ draft, before, errors, onChange }: CredentialFieldsProps) {
  const { form: texts } = useActionsTexts();
  const { auth, secret, header, serverUrl } = draft;
  const hasSecret = before !== undefined && before.auth !== 'none';
  const hasMoved = before !== undefined && before.serverUrl !== serverUrl.trim().replace(/\/+$/, '');
  const keeping = hasMoved ? texts.secretAgain : texts.secretKept;
  const hints = [...(auth === 'basic' ? [texts.basicHint] : []), hasSecret ? keeping : texts.secretHint];
  return (
    <>
      <SelectField
        label={texts.auth}
        value={auth}
        onChange={({ currentTarget }) => {
          const chosen = kinds.find((kind) => kind === currentTarget.value);
          if (chosen !== undefined) onChange({ auth: chosen });
        }}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {texts.auths[kind]}
          </option>
        ))}
      </SelectField>
      {auth === 'none' ? null : (
        <TextField
          label={texts.secrets[auth]}
          name="auth.secret"
          type="password"
          hint={hints.join(' ')}
          value={secret}
          onChange={({ currentTarget }) => onChange({ secret: currentTarget.value })}
          error={errors['auth.secret']}
          maxLength={4000}
          autoComplete="off"
        />
      )}
      {auth === 'header' ? (
        <TextField
          label={texts.header}
          name="auth.header"
          hint={texts.headerHint}
          value={header}
          onChange={({ currentTarget }) => onChange({ header: currentTarget.value })}
          error={errors['auth.header']}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
        />
      ) : null}
    </>
  );
}
