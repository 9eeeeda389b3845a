import type { ConversationId, MessageId } from '@parley/contracts';

/** The name of the index in Parley's own store; see `SearchIndex.open`. */
export const embeddedIndex = 'embedded';

/** Something to take out of an index that may not answer at the moment. */
export interface NotedRemoval {
  /** Of the note. */
  readonly id: string;
  readonly target: { readonly entryId: string } | { readonly conversationId: ConversationId };
}

/** Which index the marks on messages and conversations are about, and what it has yet to forget. */
export interface SearchState {
  /**
   * Makes the marks those of this index. Those of another one are taken away, and what the embedded one holds is removed
   * when another takes over. Whether there was another one before. A crash at any moment only repeats work.
   */
  takeOver(index: string): Promise<boolean>;
  /** Whether no other index, such as one another server was told to use, has taken over since. */
  isCurrent(index: string): Promise<boolean>;
  /** Takes the marks of these away. */
  unmark(messages: readonly MessageId[], conversations: readonly ConversationId[]): Promise<void>;
  noteRemovals(targets: readonly NotedRemoval['target'][]): Promise<void>;
  /** At most `limit`. */
  notedRemovals(limit: number): Promise<NotedRemoval[]>;
  forgetRemovals(ids: readonly string[]): Promise<void>;
}
