import type { ConversationId, MessageId } from '@parley/contracts';
import { create } from 'zustand';

/** The message somebody wants to see. */
export interface WantedMessage {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

/** What is to be shown as soon as its conversation is: the transcript takes it from here. */
export const useWantedMessage = create<{ readonly wanted: WantedMessage | undefined }>(() => ({ wanted: undefined }));

/**
 * Shows a message, now or once its conversation is on the page: on the branch it belongs to, with the turns before it,
 * in sight and focused. Where it is gone, a notice says so.
 */
export function revealMessage(conversationId: ConversationId, messageId: MessageId): void {
  useWantedMessage.setState({ wanted: { conversationId, messageId } });
}
