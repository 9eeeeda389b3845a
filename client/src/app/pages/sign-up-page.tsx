import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { SignUpForm } from '../../features/auth/sign-up-form.tsx';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { useAppTitle } from '../../lib/use-app-title.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Banner } from '../../ui/banner.tsx';

/** Create an account; on a new install, the administrator's. */
export function SignUpPage() {
  const { auth } = useTexts();
  const appTitle = useAppTitle();
  const queryClient = useQueryClient();
  const search = useSearch({ from: '/signed-out/sign-up' });
  const config = useQuery(configQuery).data;
  const isFirstRun = config?.firstRun === true;
  const isClosed = config !== undefined && !config.registrationEnabled && !isFirstRun;
  usePageTitle(auth.signUpTitle);
  const endFirstRun = () =>
    queryClient.setQueryData(configQuery.queryKey, (held) => held && { ...held, firstRun: false });
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight text-balance">
        {isFirstRun ? auth.firstRunHeading(appTitle) : auth.signUpHeading}
      </h1>
      {isFirstRun ? <p className="mt-2 text-text-muted">{auth.firstRunText}</p> : null}
      <div className="mt-6">
        {isClosed ? <Banner tone="info">{auth.registrationClosed}</Banner> : <SignUpForm onSignedUp={endFirstRun} />}
      </div>
      {isFirstRun ? null : (
        <p className="mt-6 text-text-muted">
          {auth.haveAccount}{' '}
          <Link to="/sign-in" search={search} className="font-medium text-accent underline underline-offset-2">
            {auth.signIn}
          </Link>
        </p>
      )}
    </>
  );
}
