import type { ConversationId } from '@parley/contracts';
import { useEffect, useEffectEvent, useState } from 'react';
import { newId } from '../../lib/new-id.ts';
import type { ChatKey } from './live/turn-store.ts';
import { useLive, useTurns } from './live/use-live.ts';

export interface ChatIdentity {
  /** Stays the same while a chat becomes a conversation; changes with every other chat. */
  readonly key: ChatKey;
  /** Known here a moment before the address names it. */
  readonly conversationId: ConversationId | undefined;
}

/**
 * Which chat a page shows. A chat begins under a key of its own and gets a conversation with its first turn;
 * `onCreated` is told then, and the view stays the same throughout. A page that was left before its first prompt was
 * sent goes on with that chat.
 */
export function useChatIdentity(
  routeId: ConversationId | undefined,
  onCreated: (id: ConversationId) => void,
): ChatIdentity {
  const [ownKey, setOwnKey] = useState(newId);
  const [previousId, setPreviousId] = useState(routeId);
  if (previousId !== routeId) {
    setPreviousId(routeId);
    if (routeId === undefined) setOwnKey(newId());
  }
  const { turns } = useLive();
  const orphan = useTurns((state) => state.orphan);
  if (routeId === undefined && orphan !== undefined && orphan !== ownKey) setOwnKey(orphan);
  const begunId = useTurns((state) => state.begun[ownKey]);

  useEffect(() => {
    if (routeId === undefined && orphan !== undefined && orphan === ownKey) turns.takeOrphan();
  }, [turns, routeId, orphan, ownKey]);

  const announce = useEffectEvent((id: ConversationId) => {
    if (routeId === undefined) onCreated(id);
  });
  useEffect(() => {
    if (begunId !== undefined) announce(begunId);
  }, [begunId]);

  if (routeId === undefined) return { key: ownKey, conversationId: begunId };
  return { key: routeId === begunId ? ownKey : routeId, conversationId: routeId };
}
