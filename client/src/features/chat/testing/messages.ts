import { startProgress } from '@parley/contracts';
import type { Conversation, ConversationId, GenerationId, Message, MessageId, RunningMessage } from '@parley/contracts';

const createdAt = '2026-11-20T10:00:00.000Z';

/** A valid id that shows its number: `idOf(7)`. */
function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export const conversationId = idOf(1) as ConversationId;

/** The conversation all of it belongs to. */
export const conversation: Conversation = {
  id: conversationId,
  title: 'Letters',
  endpoint: 'Parley',
  model: 'chat-fast',
  archived: false,
  runningGenerationId: null,
  waitingForInput: false,
  tools: [],
  unread: false,
  createdAt,
  updatedAt: createdAt,
};

/** The id of the generation with this number. */
export function generationId(number = 1): GenerationId {
  return idOf(1000 + number) as GenerationId;
}

/** The id of the message with this number. */
export function messageId(number: number): MessageId {
  return idOf(2000 + number) as MessageId;
}

/** A question with this number under the message with that one. */
export function questionOf(number: number, parent: number | null, text = `Question ${String(number)}`): Message {
  return {
    id: messageId(number),
    conversationId,
    parentId: parent === null ? null : messageId(parent),
    role: 'user',
    status: 'done',
    parts: [{ type: 'text', step: 0, text }],
    createdAt,
  };
}

/** A finished answer with this number under the message with that one. */
export function answerOf(number: number, parent: number, text = `Answer ${String(number)}`): Message {
  return {
    ...questionOf(number, parent, text),
    role: 'assistant',
    generationId: generationId(number),
    endpoint: 'Parley',
    model: 'chat-fast',
    finishReason: 'stop',
  };
}

/** An answer that is being written and holds nothing yet. */
export function runningAnswerOf(number: number, parent: number): RunningMessage {
  const { finishReason: _, ...answer } = answerOf(number, parent);
  return { ...answer, status: 'running', parts: [], progress: startProgress('-1') };
}
