import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';
import { idOf, isRecord, listOf, noteOf, textOf, timeOf } from './foreign-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** A conversation exported by LibreChat: its messages are a list, or with `recursive` a tree of `children`. */
export function readLibreChat(source: Json): ForeignConversation | undefined {
  const roots = source['messages'] ?? source['messagesTree'];
  if (textOf(source['conversationId']) === undefined || !Array.isArray(roots)) return undefined;
  const leftOut: LeftOutCounts = new Map();
  const messages: ForeignMessage[] = [];
  const isTree = source['recursive'] === true || source['messages'] === undefined;
  const waiting: { message: unknown; parent: string | null }[] = [];
  const wait = (list: readonly unknown[], parent: string | null): void => {
    for (const message of list.toReversed()) waiting.push({ message, parent });
  };
  wait(roots, null);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isRecord(next.message)) {
      countLeftOut(leftOut, 'unreadable');
      continue;
    }
    const named = idOf(next.message['parentMessageId']) ?? messages.at(-1)?.id ?? null;
    const message = readMessage(next.message, isTree ? next.parent : named, messages.length, leftOut);
    messages.push(message);
    wait(listOf(next.message['children']), message.id);
  }
  return {
    format: 'librechat',
    id: idOf(source['conversationId']),
    title: textOf(source['title']) ?? '',
    createdAt: timeOf(source['createdAt']),
    updatedAt: timeOf(source['updatedAt']) ?? timeOf(source['exportAt']),
    isArchived: source['isArchived'] === true,
    tags: listOf(source['tags']).flatMap((tag) => textOf(tag) ?? []),
    messages,
    leftOut,
  };
}

function readMessage(message: Json, parentId: string | null, number: number, leftOut: LeftOutCounts): ForeignMessage {
  const isSystem = message['sender'] === 'System';
  if (isSystem) countLeftOut(leftOut, 'system');
  const text = isSystem ? '' : textOfMessage(message, leftOut);
  const isUser = message['isCreatedByUser'] === true || message['sender'] === 'User';
  return {
    id: idOf(message['messageId']) ?? `message ${number}`,
    parentId,
    role: text === '' ? undefined : isUser ? 'user' : 'assistant',
    text,
    createdAt: timeOf(message['createdAt']),
    model: isUser ? undefined : textOf(message['model']),
  };
}

function textOfMessage(message: Json, leftOut: LeftOutCounts): string {
  const texts = listOf(message['content']).map((part) => textOfPart(part, leftOut));
  const said = texts.filter((text) => text !== '');
  if (said.length === 0) said.push(textOf(message['text']) ?? '');
  for (const file of listOf(message['files'])) {
    const name = isRecord(file) ? textOf(file['filename']) : undefined;
    const isImage = isRecord(file) && textOf(file['type'])?.startsWith('image/') === true;
    countLeftOut(leftOut, isImage ? 'image' : 'file');
    said.push(noteOf(isImage ? 'Image' : 'File', name));
  }
  return said.filter((text) => text !== '').join('\n\n');
}

function textOfPart(part: unknown, leftOut: LeftOutCounts): string {
  if (!isRecord(part)) return '';
  switch (part['type']) {
    case 'text':
      return textOf(isRecord(part['text']) ? part['text']['value'] : part['text']) ?? '';
    case 'think':
      countLeftOut(leftOut, 'reasoning');
      return '';
    case 'tool_call':
      countLeftOut(leftOut, 'tool');
      return '';
    case 'image_file':
    case 'image_url':
      countLeftOut(leftOut, 'image');
      return noteOf('Image');
    default:
      countLeftOut(leftOut, 'unreadable');
      return '';
  }
}
