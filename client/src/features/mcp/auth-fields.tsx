import type { McpServerSettings } from '@parley/contracts';
import { useState } from 'react';
import type { FieldErrors } from '../../lib/field-errors.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { AuthKind } from './settings-of.ts';

type Auth = McpServerSettings['auth'];
type Scheme = Extract<Auth, { kind: 'api-key' }>['scheme'];

export interface AuthFieldsProps {
  readonly auth: Auth;
  /** A key is stored: it stays when none is entered. */
  readonly hasKey: boolean;
  readonly errors: FieldErrors;
}

const authKinds = ['none', 'oauth', 'api-key'] as const;
const schemes = ['bearer', 'basic', 'header'] as const;

/** How a server knows who asks, with what that way needs. */
export function AuthFields({ auth, hasKey, errors }: AuthFieldsProps) {
  const { form: texts } = useMcpTexts();
  const [kind, setKind] = useState<AuthKind>(auth.kind);
  const [scheme, setScheme] = useState<Scheme>(auth.kind === 'api-key' ? auth.scheme : 'bearer');
  return (
    <>
      <SelectField
        label={texts.auth}
        name="auth"
        value={kind}
        onChange={({ currentTarget }) => {
          const chosen = authKinds.find((one) => one === currentTarget.value);
          if (chosen !== undefined) setKind(chosen);
        }}
      >
        {authKinds.map((value) => (
          <option key={value} value={value}>
            {texts.auths[value]}
          </option>
        ))}
      </SelectField>
      {kind === 'oauth' ? <OAuthFields auth={auth} /> : null}
      {kind === 'api-key' ? (
        <KeyFields auth={auth} hasKey={hasKey} errors={errors} scheme={scheme} onScheme={setScheme} />
      ) : null}
    </>
  );
}

function OAuthFields({ auth }: Pick<AuthFieldsProps, 'auth'>) {
  const { form: texts } = useMcpTexts();
  const { clientId, scope } = auth.kind === 'oauth' ? auth : {};
  return (
    <>
      <TextField
        label={texts.clientId}
        name="clientId"
        hint={texts.clientIdHint}
        defaultValue={clientId}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        label={texts.clientSecret}
        name="clientSecret"
        type="password"
        hint={texts.clientIdHint}
        autoComplete="off"
      />
      <TextField
        label={texts.scope}
        name="scope"
        hint={texts.clientIdHint}
        defaultValue={scope}
        autoComplete="off"
        spellCheck={false}
      />
    </>
  );
}

interface KeyFieldsProps extends AuthFieldsProps {
  readonly scheme: Scheme;
  readonly onScheme: (scheme: Scheme) => void;
}

function KeyFields({ auth, hasKey, errors, scheme, onScheme }: KeyFieldsProps) {
  const { form: texts } = useMcpTexts();
  return (
    <>
      <TextField
        label={texts.key}
        name="key"
        type="password"
        hint={hasKey ? texts.keyKept : undefined}
        error={errors['auth.key']}
        autoComplete="off"
      />
      <SelectField
        label={texts.scheme}
        name="scheme"
        value={scheme}
        onChange={({ currentTarget }) => {
          const chosen = schemes.find((one) => one === currentTarget.value);
          if (chosen !== undefined) onScheme(chosen);
        }}
      >
        {schemes.map((value) => (
          <option key={value} value={value}>
            {texts.schemes[value]}
          </option>
        ))}
      </SelectField>
      {scheme === 'header' ? (
        <TextField
          label={texts.header}
          name="header"
          defaultValue={auth.kind === 'api-key' ? auth.header : undefined}
          error={errors['auth.header']}
          autoComplete="off"
          spellCheck={false}
        />
      ) : null}
    </>
  );
}
