import type { Conversation, ConversationId, Message, MessageId, UserId } from '@parley/contracts';

/** A message that is not in the index as it is now. */
export interface UnindexedMessage extends Pick<
  Message,
  'id' | 'conversationId' | 'role' | 'parts' | 'model' | 'agent'
> {
  readonly userId: UserId;
  readonly createdAt: Date;
  readonly editedAt?: Date | undefined;
}

/** A conversation whose title is not in the index as it is now. */
export interface UnindexedTitle {
  readonly id: ConversationId;
  readonly userId: UserId;
  readonly title: string;
  readonly updatedAt: Date;
}

/** A message as searches read it. */
export type FoundMessage = Pick<Message, 'id' | 'role' | 'parts' | 'model' | 'agent' | 'author'>;

/** A conversation as searches read it. */
export type FoundConversation = Pick<
  Conversation,
  'id' | 'title' | 'model' | 'agent' | 'archived' | 'tags' | 'projectId' | 'updatedAt'
>;

/** Reads what can be found, and keeps which of it is in the index with the messages themselves. */
export interface SearchSource {
  /** Finished messages, at most `limit`. */
  unindexedMessages(limit: number): Promise<UnindexedMessage[]>;
  unindexedTitles(limit: number): Promise<UnindexedTitle[]>;
  /** Notes that messages are indexed, or hidden as their conversation is, unless their words have changed meanwhile. */
  markMessages(messages: readonly UnindexedMessage[], hidden: ReadonlySet<ConversationId>): Promise<void>;
  /** Notes that titles are indexed, unless they have changed meanwhile. */
  markTitles(titles: readonly UnindexedTitle[]): Promise<void>;
  /** Makes messages that were marked as hidden unindexed ones again. */
  unhide(ids: readonly ConversationId[]): Promise<void>;
  /** Messages that are not indexed, and all there are. */
  countMessages(): Promise<{ readonly unindexed: number; readonly all: number }>;
  /** Those that are gone or being removed. */
  goneMessages(ids: readonly MessageId[]): Promise<MessageId[]>;
  /** Those that are gone, deleted or temporary. */
  unsearchable(ids: readonly ConversationId[]): Promise<Set<ConversationId>>;
  /** Of these the person's own that can be found. */
  conversations(userId: UserId, ids: readonly ConversationId[]): Promise<FoundConversation[]>;
  messages(userId: UserId, ids: readonly MessageId[]): Promise<FoundMessage[]>;
}
