import type { Message, MessageId } from '@parley/contracts';
import type { BranchChoices } from './visible-path.ts';

/** The choices that lead to a message; `undefined` where it, or one before it, is missing. */
export function branchTo(messages: readonly Message[], id: MessageId): BranchChoices | undefined {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const chosen = new Map<MessageId | null, MessageId>();
  for (let next: MessageId | null = id; next !== null;) {
    const message: Message | undefined = byId.get(next);
    if (!message || chosen.has(message.parentId)) return undefined;
    chosen.set(message.parentId, message.id);
    next = message.parentId;
  }
  return chosen;
}
