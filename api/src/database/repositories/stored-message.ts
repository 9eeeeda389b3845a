import type { Message, UserId } from '@parley/contracts';
import type { MessageDocument } from '../schemas/message-document.ts';

/** A message as its documents hold it. */
export function toMessage({
  _id,
  userId: _userId,
  deletedAt: _deletedAt,
  indexed: _indexed,
  createdAt,
  editedAt,
  ...message
}: MessageDocument): Message {
  const edited = editedAt === undefined ? {} : { editedAt: editedAt.toISOString() };
  return { id: _id, ...message, createdAt: createdAt.toISOString(), ...edited };
}

/** The document of a message. */
export function toMessageDocument(userId: UserId, { id, createdAt, editedAt, ...message }: Message): MessageDocument {
  const edited = editedAt === undefined ? {} : { editedAt: new Date(editedAt) };
  return { _id: id, ...message, userId, createdAt: new Date(createdAt), ...edited };
}
