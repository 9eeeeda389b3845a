import { useParams, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { SignInReturn } from '../../features/mcp/sign-in-return.tsx';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** Where the browser comes back to from an authorization server. */
export function McpSignInPage() {
  const { signInReturn } = useMcpTexts();
  const { name } = useParams({ from: '/signed-in/mcp/sign-in/$name' });
  const { history } = useRouter();
  // As it arrived: the router would read numbers and lists into it.
  const [query] = useState(() => history.location.search.replace(/^\?/, ''));
  usePageTitle(signInReturn.title);
  return (
    <ContentPage title={signInReturn.title}>
      <SignInReturn name={name} query={query} onHandedIn={() => history.replace(history.location.pathname)} />
    </ContentPage>
  );
}
