import type { Conversation } from '@parley/contracts';
import { useEffect, useSyncExternalStore } from 'react';
import { useLive } from './live/use-live.ts';

/** Tells the server that an unread answer was seen: its conversation is open, and somebody looks at the page. */
export function useMarkRead(conversation: Conversation | undefined): void {
  const live = useLive();
  const isShown = useSyncExternalStore(subscribe, () => !document.hidden);
  const id = conversation?.unread === true && isShown ? conversation.id : undefined;
  useEffect(() => {
    if (id !== undefined) void live.markRead(id);
  }, [live, id]);
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
