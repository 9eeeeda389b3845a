import type { ConversationId } from '@parley/contracts';
import { useEffect, useMemo } from 'react';
import { news } from '../../lib/socket/news.ts';

/** The server forgets that somebody writes twice as late. */
const againMs = 3000;

/** Tells the others in a shared chat whether a prompt is being written. */
export function useTyping(sharedId: ConversationId | undefined): ((isTyping: boolean) => void) | undefined {
  const tell = useMemo(() => (sharedId === undefined ? undefined : createTyping(sharedId)), [sharedId]);
  useEffect(() => () => tell?.(false), [tell]);
  return tell;
}

function createTyping(id: ConversationId): (isTyping: boolean) => void {
  let toldAt: number | undefined;
  return (isTyping) => {
    if (!isTyping) {
      if (toldAt !== undefined) news.setTyping(id, false);
      toldAt = undefined;
    } else if (toldAt === undefined || performance.now() - toldAt >= againMs) {
      toldAt = performance.now();
      news.setTyping(id, true);
    }
  };
}
