import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import type { SessionKeeper } from '../lib/api/session-keeper.ts';
import { configQuery } from '../lib/query/queries.ts';

/** What every route can reach. */
export interface RouterContext {
  readonly queryClient: QueryClient;
  readonly session: SessionKeeper;
}

interface GuardInput {
  readonly context: RouterContext;
  readonly location: { readonly href: string };
}

/** Lets only signed-in people pass; others sign in, or create the first account, and come back afterwards. */
export async function requireSession({ context, location }: GuardInput): Promise<void> {
  if (await context.session.restore()) return;
  const search = location.href === '/' || location.href === '/c/new' ? {} : { redirect: location.href };
  const config = await context.queryClient.ensureQueryData(configQuery);
  throw redirect({ to: config.firstRun ? '/sign-up' : '/sign-in', search, replace: true });
}

/** Sends people who are signed in already to where they were going. */
export async function requireNoSession(context: RouterContext, target: string | undefined): Promise<void> {
  if (await context.session.restore()) throw redirect({ href: safeRedirect(target), replace: true });
}

/** An address inside the app: anything else, such as another site's, becomes the start page. */
export function safeRedirect(target: string | undefined): string {
  return target !== undefined && /^\/(?![/\\])/.test(target) ? target : '/c/new';
}
