import type { ConversationId, PresentPerson } from '@parley/contracts';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { session } from '../../lib/api/call.ts';
import { news } from '../../lib/socket/news.ts';
import { useNews, useNewsConnected } from '../../lib/socket/use-news.ts';
import { usePresenceStore } from './presence-store.ts';

const nobody: readonly PresentPerson[] = [];

/** Says that somebody looks at a shared chat while its page is in sight, and keeps the store of who else does. */
export function useBePresent(conversationId: ConversationId): void {
  const isShown = useSyncExternalStore(subscribeVisibility, () => !document.hidden);
  useNews((item) => {
    if (item.type !== 'presence-changed' || item.conversationId !== conversationId) return;
    usePresenceStore.setState({ conversationId, people: item.people });
  });
  useEffect(() => {
    if (!isShown) return undefined;
    const stop = news.look(conversationId);
    return () => {
      stop();
      usePresenceStore.setState({ conversationId: undefined, people: [] });
    };
  }, [conversationId, isShown]);
}

/** The others who look at a shared chat right now; nobody while news cannot be heard. */
export function useOthersHere(conversationId: ConversationId): readonly PresentPerson[] {
  const isConnected = useNewsConnected();
  const held = usePresenceStore();
  const me = session.current()?.user.id;
  const people = isConnected && held.conversationId === conversationId ? held.people : nobody;
  return useMemo(() => people.filter(({ id }) => id !== me), [people, me]);
}

function subscribeVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
