import type { ConversationId } from '@parley/contracts';
import { ChatView } from './chat-view.tsx';
import { useChatIdentity } from './use-chat-identity.ts';

export interface ChatPageProps {
  /** Absent on the page where a chat begins. */
  readonly conversationId: ConversationId | undefined;
  /** Called once the first turn was accepted; the address may then name the conversation. */
  readonly onConversationCreated: (id: ConversationId) => void;
}

/** A chat: its transcript and its composer. */
export function ChatPage({ conversationId, onConversationCreated }: ChatPageProps) {
  const identity = useChatIdentity(conversationId, onConversationCreated);
  return <ChatView key={identity.key} identity={identity} />;
}
