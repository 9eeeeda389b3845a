import { authRoutes, loginBodySchema, ProblemError } from '@parley/contracts';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { PasswordField } from './password-field.tsx';
import { useAuthForm } from './use-auth-form.ts';

/** E-mail address and password; begins the session. */
export function SignInForm() {
  const texts = useTexts();
  const { auth } = texts;
  const { form, onSubmit, errors, failure, busy } = useAuthForm({
    schema: loginBodySchema,
    submit: (body) => call(authRoutes.login, { body }),
  });
  const isWrong = failure instanceof ProblemError && failure.code === 'wrong-credentials';
  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      {failure === null ? null : (
        <Banner tone="danger">{isWrong ? auth.wrongCredentials : explainError(failure, texts)}</Banner>
      )}
      <TextField
        label={auth.email}
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errors['email']}
      />
      <PasswordField name="password" autoComplete="current-password" required error={errors['password']} />
      <Button type="submit" variant="primary" size="large" busy={busy} className="mt-1">
        {auth.signIn}
      </Button>
    </form>
  );
}
