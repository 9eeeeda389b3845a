import type { Conversation, ConversationId } from '@parley/contracts';
import { create } from 'zustand';

interface PendingDeletions {
  readonly ids: ReadonlySet<ConversationId>;
}

/** Conversations that are gone from every list but can still be brought back. */
export const usePendingDeletions = create<PendingDeletions>(() => ({ ids: new Set() }));

/** Hides a conversation that is about to be deleted. */
export function addPendingDeletion(id: ConversationId): void {
  usePendingDeletions.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
}

/** Shows it again, or forgets it once it is deleted. */
export function endPendingDeletion(id: ConversationId): void {
  usePendingDeletions.setState(({ ids }) => ({ ids: new Set([...ids].filter((other) => other !== id)) }));
}

/** The conversations of a list without those about to be deleted. */
export function withoutPending(
  conversations: readonly Conversation[],
  ids: ReadonlySet<ConversationId>,
): readonly Conversation[] {
  return ids.size === 0 ? conversations : conversations.filter(({ id }) => !ids.has(id));
}
