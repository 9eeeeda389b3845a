import type { QueryClient } from '@tanstack/react-query';
import type { SessionKeeper } from '../lib/api/session-keeper.ts';
import { meQuery } from '../lib/query/queries.ts';
import { forgetPerson } from './forget-person.ts';
import type { AppRouter } from './router.ts';

export interface FollowSessionOptions {
  readonly session: SessionKeeper;
  readonly queryClient: QueryClient;
  readonly router: AppRouter;
  /** Loads the page afresh. */
  readonly reload: () => void;
  /** Tells the person that they have been signed out without asking for it, or from another device. */
  readonly onSignedOut: (why: 'expired' | 'revoked') => void;
}

/**
 * Keeps cache and page in step with who is signed in, here or in another tab: when somebody signs in or out the guards
 * of the routes run again, what was cached for one person is dropped, and another person starts with an empty page.
 */
export function followSession({ session, queryClient, router, reload, onSignedOut }: FollowSessionOptions): () => void {
  let present = session.current()?.user.id;
  let lastSeen = present;
  return session.subscribe((change, current) => {
    const previous = present;
    present = current?.user.id;
    if (change === 'expired' || change === 'revoked') onSignedOut(change);
    if (change === 'ended' || change === 'revoked') forgetPerson();
    if (!current) {
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' });
    } else {
      if (lastSeen !== undefined && lastSeen !== present) return reload();
      lastSeen = present;
      queryClient.setQueryData(meQuery.queryKey, current.user);
    }
    // A session restored from the cookie is what a guard is waiting for already.
    if (previous !== present && change !== 'renewed' && change !== 'remembered') void router.invalidate();
  });
}
