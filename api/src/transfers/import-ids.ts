import { conversationIdSchema, fileIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, ExportFormat, FileId, MessageId, UserId } from '@parley/contracts';
import { hashId } from '../hash-id.ts';

/** The id that a conversation gets which is imported: the same for the same one, so that it is there once. */
export function importedConversationId(userId: UserId, format: ExportFormat, id: string): ConversationId {
  return conversationIdSchema.parse(hashId(JSON.stringify(['imported conversation', userId, format, id])));
}

/** See `importedConversationId`. */
export function importedMessageId(conversationId: ConversationId, id: string): MessageId {
  return messageIdSchema.parse(hashId(JSON.stringify(['imported message', conversationId, id])));
}

/** See `importedConversationId`. */
export function importedFileId(conversationId: ConversationId, id: FileId): FileId {
  return fileIdSchema.parse(hashId(JSON.stringify(['imported file', conversationId, id])));
}

/** Who a file says wrote something: nobody that has an account here, whatever id it names. */
export function importedAuthorId(conversationId: ConversationId, id: UserId): UserId {
  return userIdSchema.parse(hashId(JSON.stringify(['imported author', conversationId, id])));
}
