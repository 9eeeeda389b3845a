import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';
import { fencedCode, idOf, isRecord, listOf, noteOf, textOf, timeOf } from './foreign-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** An element of Claude's `conversations.json`: a list of messages; newer exports name the parent of each. */
export function readClaude(source: Json): ForeignConversation | undefined {
  if (!Array.isArray(source['chat_messages'])) return undefined;
  const leftOut: LeftOutCounts = new Map();
  const messages: ForeignMessage[] = [];
  for (const message of listOf(source['chat_messages'])) {
    if (isRecord(message)) messages.push(readMessage(message, messages, leftOut));
    else countLeftOut(leftOut, 'unreadable');
  }
  return {
    format: 'claude',
    id: idOf(source['uuid']),
    title: textOf(source['name']) ?? '',
    createdAt: timeOf(source['created_at']),
    updatedAt: timeOf(source['updated_at']),
    isArchived: false,
    tags: [],
    messages,
    leftOut,
  };
}

function readMessage(message: Json, before: readonly ForeignMessage[], leftOut: LeftOutCounts): ForeignMessage {
  const sender = message['sender'];
  const role = sender === 'human' ? 'user' : sender === 'assistant' ? 'assistant' : undefined;
  if (role === undefined) countLeftOut(leftOut, 'unreadable');
  const text = role === undefined ? '' : textOfMessage(message, leftOut);
  return {
    id: idOf(message['uuid']) ?? `message ${before.length}`,
    parentId: idOf(message['parent_message_uuid']) ?? before.at(-1)?.id ?? null,
    role: text === '' ? undefined : role,
    text,
    createdAt: timeOf(message['created_at']),
    model: textOf(message['model']),
  };
}

function textOfMessage(message: Json, leftOut: LeftOutCounts): string {
  const blocks = listOf(message['content']).map((block) => textOfBlock(block, leftOut));
  const said = blocks.filter((text) => text !== '');
  const texts = said.length > 0 ? said : [textOf(message['text']) ?? ''];
  for (const attachment of listOf(message['attachments'])) {
    if (!isRecord(attachment)) continue;
    const name = textOf(attachment['file_name']) ?? 'text';
    const content = textOf(attachment['extracted_content']);
    if (content === undefined) countLeftOut(leftOut, 'file');
    texts.push(content === undefined ? noteOf('File', name) : `${name}\n\n${fencedCode(content)}`);
  }
  for (const file of [...listOf(message['files']), ...listOf(message['files_v2'])]) {
    countLeftOut(leftOut, 'file');
    texts.push(noteOf('File', isRecord(file) ? textOf(file['file_name']) : undefined));
  }
  return texts.filter((text) => text !== '').join('\n\n');
}

function textOfBlock(block: unknown, leftOut: LeftOutCounts): string {
  if (!isRecord(block)) return '';
  switch (block['type']) {
    case 'text':
      return textOf(block['text']) ?? '';
    case 'thinking':
      countLeftOut(leftOut, 'reasoning');
      return '';
    case 'image':
      countLeftOut(leftOut, 'image');
      return noteOf('Image');
    case 'tool_use':
    case 'tool_result':
      countLeftOut(leftOut, 'tool');
      return '';
    default:
      countLeftOut(leftOut, 'unreadable');
      return '';
  }
}
