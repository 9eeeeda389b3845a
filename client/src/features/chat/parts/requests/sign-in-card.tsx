import { mcpRoutes, mcpServerNameSchema } from '@parley/contracts';
import type { InputRequest } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { call } from '../../../../lib/api/call.ts';
import { explainError } from '../../../../lib/explain-error.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { openTab } from '../../../../lib/open-tab.ts';
import { mcpServersQuery } from '../../../../lib/query/tool-queries.ts';
import { webUrl } from '../../../../lib/web-url.ts';
import { buttonClass } from '../../../../ui/button-class.ts';
import { Button } from '../../../../ui/button.tsx';
import { Spinner } from '../../../../ui/spinner.tsx';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type SignIn = Extract<InputRequest, { kind: 'sign-in' }>;

/** While somebody signs in elsewhere, it is found out so often whether they have. */
const askEveryMs = 3000;

/** A server that wants to know who asks: its sign-in page opens in a tab of its own, and the call goes on afterwards. */
export function SignInCard({ asked }: { readonly asked: Asked<SignIn> }) {
  const { signIn: texts, request } = useTexts().tools;
  const { source } = asked.request;
  const answering = useAnswer(asked);
  const accept = () => answering.give({ kind: 'accept' });
  const begun = useBeginSignIn(source.id ?? '');
  useSignedIn(source.id, answering.given === undefined ? begun.openedAt : undefined, accept);
  return (
    <RequestCard
      icon={<KeyRound className="size-5" />}
      title={texts.title(source.title)}
      source={source}
      answering={answering}
      actions={
        <>
          <Button onClick={() => answering.give({ kind: 'decline' })}>{request.decline}</Button>
          <Button onClick={accept}>{texts.done}</Button>
          <Button variant="primary" busy={begun.state === 'asking'} onClick={() => void begun.begin()}>
            {begun.state === 'open' ? texts.again : texts.begin}
          </Button>
        </>
      }
    >
      <p>{texts.text(source.title)}</p>
      {begun.state === 'open' && begun.address !== undefined ? (
        <p className="flex flex-wrap items-center gap-2">
          {texts.blocked}
          <a
            href={begun.address}
            target="_blank"
            rel="noopener noreferrer"
            className={buttonClass('secondary', 'small')}
          >
            {texts.openHere}
          </a>
        </p>
      ) : null}
      {begun.state === 'open' ? (
        <output className="flex items-center gap-2 text-text-muted">
          <Spinner active />
          {texts.waiting}
        </output>
      ) : null}
      {begun.problem === undefined ? null : (
        <p role="alert" className="text-danger">
          {begun.problem}
        </p>
      )}
    </RequestCard>
  );
}

/** Asks where to sign in, and opens that page in a tab. */
function useBeginSignIn(server: string) {
  const texts = useTexts();
  const [state, setState] = useState<'idle' | 'asking' | 'open'>('idle');
  const [problem, setProblem] = useState<string>();
  const [address, setAddress] = useState<string>();
  const [openedAt, setOpenedAt] = useState<number>();
  const begin = async () => {
    const tab = openTab();
    setState('asking');
    setProblem(undefined);
    try {
      const name = mcpServerNameSchema.parse(server);
      const { authorizationUrl } = await call(mcpRoutes.signIn, { params: { name } });
      tab.lead(authorizationUrl);
      setAddress(tab.isOpen ? undefined : webUrl(authorizationUrl)?.href);
      setOpenedAt(Date.now());
      setState('open');
    } catch (error) {
      tab.close();
      setOpenedAt(undefined);
      setProblem(texts.tools.signIn.failed(explainError(error, texts)));
      setState('idle');
    }
  };
  return { state, problem, address, openedAt, begin };
}

/** Calls back once somebody has signed in to a server since its page was opened; before that, nothing is awaited. */
function useSignedIn(server: string | undefined, openedAt: number | undefined, onSignedIn: () => void): void {
  const isAwaited = openedAt !== undefined;
  const { data, dataUpdatedAt } = useQuery({
    ...mcpServersQuery,
    enabled: isAwaited,
    staleTime: 0,
    refetchInterval: askEveryMs,
    refetchOnWindowFocus: 'always',
  });
  // What was known earlier is how it was before the server asked. It may also ask somebody who is signed in for more.
  const isKnown = isAwaited && dataUpdatedAt > openedAt;
  const isSignedIn =
    isKnown &&
    data?.some(({ name, isSignedIn: is, state }) => name === server && is && state !== 'sign-in-needed') === true;
  const tell = useEffectEvent(onSignedIn);
  useEffect(() => {
    if (isSignedIn) tell();
  }, [isSignedIn]);
}
