import type { ConversationId } from '@parley/contracts';
import { ChatView } from './chat-view.tsx';
import type { ModelChoice } from './composer/model-choice.ts';
import { useChatIdentity } from './use-chat-identity.ts';

export interface ChatPageProps {
  /** Absent on the page where a chat begins. */
  readonly conversationId: ConversationId | undefined;
  /** Called once the first turn was accepted; the address may then name the conversation. */
  readonly onConversationCreated: (id: ConversationId) => void;
  /** What a chat that begins here talks to, unless something else is chosen in it. */
  readonly initialChoice?: ModelChoice | undefined;
  /** A pane stands beside something else: no landmark and no title of its own. */
  readonly frame?: 'page' | 'pane';
}

/** A chat: its transcript and its composer. */
export function ChatPage({ conversationId, onConversationCreated, initialChoice, frame = 'page' }: ChatPageProps) {
  const identity = useChatIdentity(conversationId, onConversationCreated);
  return <ChatView key={identity.key} identity={identity} initialChoice={initialChoice} frame={frame} />;
}
