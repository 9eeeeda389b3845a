import { commandIdSchema, messageIdSchema } from '@parley/contracts';
import type { ConversationId, Message, MessageId, MessagePart, SharedMessage, SharedPart } from '@parley/contracts';
import type { ShareRecord } from '../database/repositories/share-repository.ts';
import { hashId } from '../hash-id.ts';

type Source = Pick<ShareRecord, 'id' | 'snapshot' | 'answerer'>;

/** Where a message of a snapshot goes in a copy. */
interface CopyPlace {
  readonly conversationId: ConversationId;
  readonly share: Source;
  /** Its number in the snapshot, from 0. */
  readonly number: number;
}

/**
 * The same for the same place, so that a repeated copy changes nothing. The first one is the same for all snapshots of a
 * link: it tells whether a conversation is a copy of it.
 */
export function copiedMessageId(conversationId: ConversationId, { id, snapshot }: Source, number: number): MessageId {
  const place = number === 0 ? [id] : [id, snapshot, number];
  return messageIdSchema.parse(hashId(JSON.stringify(['copy of a shared message', conversationId, ...place])));
}

/** A message of a snapshot as a conversation of its reader's holds it: its words and its sources. */
export function copySharedMessage(message: SharedMessage, { conversationId, share, number }: CopyPlace): Message {
  const { role, status, createdAt, answerer } = message;
  const id = copiedMessageId(conversationId, share, number);
  const parentId = number === 0 ? null : copiedMessageId(conversationId, share, number - 1);
  const parts = message.parts.flatMap((part, index) => copyPart(part, parentId ?? id, `${id} ${index}`));
  return {
    id,
    conversationId,
    parentId,
    role,
    status,
    parts: parts.some(({ type }) => type === 'text') ? parts : [...parts, { type: 'text', step: 0, text: '…' }],
    createdAt,
    ...(role === 'assistant' && answerer !== undefined ? { model: answerer } : {}),
    ...(role === 'assistant' && share.answerer !== undefined ? { endpoint: share.answerer.endpoint } : {}),
  };
}

function copyPart(part: SharedPart, before: MessageId, seed: string): MessagePart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', step: 0, text: part.text }];
    case 'quote':
      return [{ type: 'quote', text: part.text, messageId: before }];
    case 'steer':
      return [{ type: 'steer', step: 0, commandId: commandIdSchema.parse(hashId(seed)), text: part.text }];
    case 'source':
      return [{ type: 'source', step: 0, id: hashId(seed), title: part.title, url: part.url }];
    default:
      return [];
  }
}
