import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { SignInForm } from '../../features/auth/sign-in-form.tsx';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { useAppTitle } from '../../lib/use-app-title.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';

/** Sign in; the guard of this route then leads back to where one was. */
export function SignInPage() {
  const { auth } = useTexts();
  const appTitle = useAppTitle();
  const search = useSearch({ from: '/signed-out/sign-in' });
  const config = useQuery(configQuery).data;
  usePageTitle(auth.signInTitle);
  return (
    <>
      <h1 className="mb-6 text-xl font-semibold tracking-tight text-balance">{auth.signInHeading(appTitle)}</h1>
      <SignInForm />
      {config?.registrationEnabled ? (
        <p className="mt-6 text-text-muted">
          {auth.noAccount}{' '}
          <Link to="/sign-up" search={search} className="font-medium text-accent underline underline-offset-2">
            {auth.signUp}
          </Link>
        </p>
      ) : null}
    </>
  );
}
