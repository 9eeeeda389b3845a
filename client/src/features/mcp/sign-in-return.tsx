import { mcpRoutes } from '@parley/contracts';
import type { McpServerView } from '@parley/contracts';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { buttonClass } from '../../ui/button-class.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useRenewServers } from './use-server-actions.ts';

export interface SignInReturnProps {
  readonly name: string;
  /** What the authorization server has put into the address. */
  readonly query: string;
  /** The address may then lose what is good only once. */
  readonly onHandedIn: () => void;
}

/** Hands in what the authorization server gave the browser, once, and says how it went. */
export function SignInReturn({ name, query, onHandedIn }: SignInReturnProps) {
  const { signInReturn: texts } = useMcpTexts();
  const all = useTexts();
  const renew = useRenewServers();
  const { mutate, data, error } = useMutation({
    mutationFn: (): Promise<McpServerView> => call(mcpRoutes.finishSignIn, { params: { name }, body: { query } }),
    onSettled: async () => {
      onHandedIn();
      await renew(name);
    },
  });
  const isHandedIn = useRef(false);
  useEffect(() => {
    // It is good only once; React's strict mode runs effects twice.
    if (isHandedIn.current) return;
    isHandedIn.current = true;
    mutate();
  }, [mutate]);
  const toServers = (
    <Link to="/mcp" className={buttonClass('primary')}>
      {texts.toServers}
    </Link>
  );
  if (error !== null) {
    return (
      <div role="alert">
        <EmptyState
          icon={<CircleAlert className="size-6" />}
          title={texts.failedTitle}
          text={explainError(error, all)}
          action={toServers}
        />
      </div>
    );
  }
  if (data === undefined) {
    return (
      <output className="flex items-center gap-2 text-text-muted">
        <Spinner /> {texts.working}
      </output>
    );
  }
  return (
    <output className="block">
      <EmptyState
        icon={<CircleCheck className="size-6" />}
        title={texts.doneTitle}
        text={texts.doneText(data.title)}
        action={toServers}
      />
    </output>
  );
}
