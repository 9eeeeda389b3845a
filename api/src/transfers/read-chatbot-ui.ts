import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';
import { idOf, isRecord, listOf, textOf } from './foreign-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** An element of the `history` of a Chatbot UI export (versions 1 to 4): messages without ids and times. */
export function readChatbotUi(source: Json): ForeignConversation | undefined {
  const list = source['messages'];
  if (!Array.isArray(list) || typeof source['name'] !== 'string') return undefined;
  const leftOut: LeftOutCounts = new Map();
  const model = isRecord(source['model']) ? textOf(source['model']['id']) : undefined;
  const messages = listOf(list).map((message, index) => readMessage(message, index, model, leftOut));
  return {
    format: 'chatbot-ui',
    id: idOf(source['id']),
    title: textOf(source['name']) ?? '',
    createdAt: undefined,
    updatedAt: undefined,
    isArchived: false,
    tags: [],
    messages,
    leftOut,
  };
}

function readMessage(
  message: unknown,
  index: number,
  model: string | undefined,
  leftOut: LeftOutCounts,
): ForeignMessage {
  const { role, content } = isRecord(message) ? message : {};
  const text = textOf(content) ?? '';
  const isShown = role === 'user' || role === 'assistant';
  if (!isShown) countLeftOut(leftOut, role === 'system' ? 'system' : 'unreadable');
  return {
    id: String(index),
    parentId: index === 0 ? null : String(index - 1),
    role: isShown && text !== '' ? role : undefined,
    text,
    createdAt: undefined,
    model: role === 'assistant' ? model : undefined,
  };
}
