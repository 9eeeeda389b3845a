import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';
import { fencedCode, idOf, isRecord, listOf, noteOf, textOf, timeOf } from './foreign-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** An element of ChatGPT's `conversations.json`: a `mapping` of nodes, each with its parent and at most one message. */
export function readChatGpt(source: Json): ForeignConversation | undefined {
  if (!isRecord(source['mapping'])) return undefined;
  const leftOut: LeftOutCounts = new Map();
  const messages: ForeignMessage[] = [];
  for (const [key, node] of Object.entries(source['mapping'])) {
    if (isRecord(node)) messages.push(readNode(key, node, leftOut));
    else countLeftOut(leftOut, 'unreadable');
  }
  return {
    format: 'chatgpt',
    id: idOf(source['conversation_id']) ?? idOf(source['id']) ?? idOf(Object.keys(source['mapping'])[0]),
    title: textOf(source['title']) ?? '',
    createdAt: timeOf(source['create_time']),
    updatedAt: timeOf(source['update_time']),
    isArchived: source['is_archived'] === true,
    tags: [],
    messages,
    leftOut,
  };
}

function readNode(key: string, node: Json, leftOut: LeftOutCounts): ForeignMessage {
  const message = isRecord(node['message']) ? node['message'] : {};
  const author = isRecord(message['author']) ? message['author'] : {};
  const metadata = isRecord(message['metadata']) ? message['metadata'] : {};
  const role = shownRole(author['role'], message, metadata, leftOut);
  const text = role === undefined ? '' : textOfMessage(message, metadata, leftOut);
  return {
    id: key,
    parentId: idOf(node['parent']) ?? null,
    role: text === '' ? undefined : role,
    text,
    createdAt: timeOf(message['create_time']),
    model: role === 'assistant' ? textOf(metadata['model_slug']) : undefined,
  };
}

function shownRole(
  role: unknown,
  message: Json,
  metadata: Json,
  leftOut: LeftOutCounts,
): 'user' | 'assistant' | undefined {
  const content = isRecord(message['content']) ? message['content'] : {};
  if (role === 'tool') countLeftOut(leftOut, 'tool');
  else if (metadata['is_visually_hidden_from_conversation'] === true || role === 'system') {
    if (listOf(content['parts']).some((part) => textOf(part) !== undefined)) countLeftOut(leftOut, 'system');
  } else if (content['content_type'] === 'user_editable_context') countLeftOut(leftOut, 'system');
  else if (content['content_type'] === 'thoughts' || content['content_type'] === 'reasoning_recap') {
    countLeftOut(leftOut, 'reasoning');
  } else if (role === 'assistant' && (textOf(message['recipient']) ?? 'all') !== 'all') countLeftOut(leftOut, 'tool');
  else if (role === 'user' || role === 'assistant') return role;
  else if (role !== undefined) countLeftOut(leftOut, 'unreadable');
  return undefined;
}

function textOfMessage(message: Json, metadata: Json, leftOut: LeftOutCounts): string {
  const content = isRecord(message['content']) ? message['content'] : {};
  const texts = listOf(content['parts']).map((part) => textOfPart(part, leftOut));
  const whole = textOf(content['text']) ?? textOf(content['result']);
  if (whole !== undefined) {
    texts.push(content['content_type'] === 'code' ? fencedCode(whole, textOf(content['language'])) : whole);
  }
  for (const attachment of listOf(metadata['attachments'])) {
    const name = isRecord(attachment) ? textOf(attachment['name']) : undefined;
    // Images are among the parts as well.
    if (isRecord(attachment) && textOf(attachment['mime_type'])?.startsWith('image/') === true) continue;
    countLeftOut(leftOut, 'file');
    texts.push(noteOf('File', name));
  }
  return texts.filter((text) => text !== '').join('\n\n');
}

function textOfPart(part: unknown, leftOut: LeftOutCounts): string {
  if (typeof part === 'string') return part;
  if (!isRecord(part)) return '';
  const type = part['content_type'];
  if (type === 'audio_transcription') return textOf(part['text']) ?? '';
  if (type === 'image_asset_pointer') {
    countLeftOut(leftOut, 'image');
    return noteOf('Image');
  }
  countLeftOut(leftOut, 'file');
  return noteOf(typeof type === 'string' && type.includes('audio') ? 'Audio' : 'File');
}
