import { authRoutes, ProblemError, registerBodySchema } from '@parley/contracts';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import type { Texts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { PasswordField } from './password-field.tsx';
import { useAuthForm } from './use-auth-form.ts';

/** Name, e-mail address and password; creates the account, calls back and begins the session. */
export function SignUpForm({ onSignedUp }: { readonly onSignedUp: () => void }) {
  const texts = useTexts();
  const { auth } = texts;
  const { form, onSubmit, errors, failure, busy } = useAuthForm({
    schema: registerBodySchema,
    submit: async (body) => {
      const started = await call(authRoutes.register, { body });
      onSignedUp();
      return started;
    },
  });
  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      {failure === null ? null : <Banner tone="danger">{explainSignUp(failure, texts)}</Banner>}
      <TextField label={auth.name} name="name" autoComplete="name" required error={errors['name']} />
      <TextField
        label={auth.email}
        name="email"
        type="email"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errors['email']}
      />
      <PasswordField
        name="password"
        autoComplete="new-password"
        required
        hint={auth.passwordHint}
        error={errors['password']}
      />
      <Button type="submit" variant="primary" size="large" busy={busy} className="mt-1">
        {auth.signUp}
      </Button>
    </form>
  );
}

function explainSignUp(failure: Error, texts: Texts): string {
  if (failure instanceof ProblemError && failure.code === 'email-taken') return texts.auth.emailTaken;
  if (failure instanceof ProblemError && failure.code === 'registration-closed') return texts.auth.registrationClosed;
  return explainError(failure, texts);
}
