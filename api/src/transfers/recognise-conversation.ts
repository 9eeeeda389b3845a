import type { ForeignConversation } from './foreign-conversation.ts';
import { isRecord } from './foreign-values.ts';
import { readChatbotUi } from './read-chatbot-ui.ts';
import { readChatGpt } from './read-chatgpt.ts';
import { readClaude } from './read-claude.ts';
import { readLibreChat } from './read-librechat.ts';
import { readOpenWebUi } from './read-open-webui.ts';

const readers = [readChatGpt, readClaude, readOpenWebUi, readLibreChat, readChatbotUi];

/** The conversation that a value of another product is, by its shape; `undefined` when it is none that we know. */
export function recogniseConversation(value: unknown): ForeignConversation | undefined {
  if (!isRecord(value)) return undefined;
  for (const read of readers) {
    const conversation = read(value);
    if (conversation !== undefined) return conversation;
  }
  return undefined;
}
