import type { AgentId, ConversationId, MessageId, UserId } from '@parley/contracts';

/** A message, or the title of a conversation, under the words it is found by. */
export interface SearchEntry {
  /** The message's id; of a title the conversation's. */
  readonly id: string;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  /** Absent for a title. */
  readonly messageId?: MessageId | undefined;
  readonly role?: 'user' | 'assistant' | undefined;
  /** Who answered. */
  readonly model?: string | undefined;
  readonly agentId?: AgentId | undefined;
  readonly at: Date;
  /** Folded, each once. */
  readonly words: readonly string[];
}

/** Where in the order of what was found: just after the one with these values. */
export interface SearchPosition {
  /** The better it fits, the lower. */
  readonly rank: number;
  readonly at: Date;
  readonly id: string;
}

/** One that was found. */
export interface SearchMatch extends SearchPosition {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId | undefined;
}

export interface IndexQuery {
  /** All of them, folded. */
  readonly words: readonly string[];
  /** Some word begins with it. */
  readonly prefix?: string | undefined;
  readonly role?: 'user' | 'assistant' | undefined;
  /** Answers of others are left out; prompts and titles are not. */
  readonly model?: string | undefined;
  readonly agentId?: AgentId | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Absent: in all conversations of the person. */
  readonly conversationIds?: readonly ConversationId[] | undefined;
  readonly after?: SearchPosition | undefined;
  readonly limit: number;
}

/**
 * Finds messages and titles by words. It only ever proposes: whoever asks reads what was found again, so an entry that
 * stays too long shows nothing that is gone. Another engine takes over by implementing this.
 */
export interface SearchIndex {
  /**
   * Makes the index ready and names it. An index under another name than before is another one, with nothing in it: one
   * that lost what it had gets a new name.
   */
  open(): Promise<string>;
  /** Stores entries in the place of those of the same ids. */
  put(entries: readonly SearchEntry[]): Promise<void>;
  removeConversation(id: ConversationId): Promise<void>;
  /** Those of titles and of messages alike. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * This person's entries alone, in order: titles, whole words, beginnings of words; each of them newest first. Throws
   * `search-unavailable` while the engine does not answer.
   */
  search(userId: UserId, query: IndexQuery, signal?: AbortSignal): Promise<SearchMatch[]>;
}
