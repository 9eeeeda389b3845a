import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';
import { idOf, isRecord, listOf, noteOf, textOf, timeOf } from './foreign-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** An element of an Open WebUI export: a `chat` with a `history` of messages by id, or in old ones only a list. */
export function readOpenWebUi(source: Json): ForeignConversation | undefined {
  const { chat } = source;
  if (!isRecord(chat)) return undefined;
  const history = isRecord(chat['history']) ? chat['history']['messages'] : undefined;
  if (!isRecord(history) && !Array.isArray(chat['messages'])) return undefined;
  const leftOut: LeftOutCounts = new Map();
  const meta = isRecord(source['meta']) ? source['meta'] : {};
  const messages = isRecord(history)
    ? Object.entries(history).map(([id, message]) => readMessage(id, message, undefined, leftOut))
    : listOf(chat['messages']).map((message, index) => readMessage(String(index), message, index, leftOut));
  return {
    format: 'open-webui',
    id: idOf(source['id']) ?? idOf(chat['id']),
    title: textOf(source['title']) ?? textOf(chat['title']) ?? '',
    createdAt: timeOf(source['created_at']) ?? timeOf(chat['timestamp']),
    updatedAt: timeOf(source['updated_at']),
    isArchived: source['archived'] === true,
    tags: listOf(meta['tags']).flatMap((tag) => textOf(tag) ?? []),
    messages,
    leftOut,
  };
}

function readMessage(
  id: string,
  source: unknown,
  /** Its place in a list, where there are no parents. */
  index: number | undefined,
  leftOut: LeftOutCounts,
): ForeignMessage {
  const message: Json = isRecord(source) ? source : {};
  const { role } = message;
  const isShown = role === 'user' || role === 'assistant';
  if (!isShown) countLeftOut(leftOut, role === 'system' ? 'system' : 'unreadable');
  const text = isShown ? textOfMessage(message, leftOut) : '';
  const before = index === undefined ? idOf(message['parentId']) : index === 0 ? undefined : String(index - 1);
  return {
    id,
    parentId: before ?? null,
    role: isShown && text !== '' ? role : undefined,
    text,
    createdAt: timeOf(message['timestamp']),
    model: role === 'assistant' ? textOf(message['model']) : undefined,
  };
}

function textOfMessage(message: Json, leftOut: LeftOutCounts): string {
  const parts = Array.isArray(message['content']) ? listOf(message['content']) : [];
  const texts = [
    textOf(message['content']) ?? '',
    ...parts.map((part) => (isRecord(part) ? (textOf(part['text']) ?? '') : '')),
  ];
  for (const file of listOf(message['files'])) {
    const isImage = isRecord(file) && file['type'] === 'image';
    countLeftOut(leftOut, isImage ? 'image' : 'file');
    texts.push(noteOf(isImage ? 'Image' : 'File', isRecord(file) ? textOf(file['name']) : undefined));
  }
  return texts.filter((text) => text !== '').join('\n\n');
}
