import type { ConversationId } from '@parley/contracts';
import { Schema } from 'mongoose';

/** Which search index the marks on messages and conversations are about. There is one such document. */
export interface SearchStateDocument {
  readonly _id: 'index';
  readonly index: string;
  /** Marks of the index before it may still be there. */
  readonly isClearing: boolean;
}

export const searchStateDocumentSchema = new Schema<SearchStateDocument>(
  {
    _id: { type: String, required: true },
    index: { type: String, required: true },
    isClearing: { type: Boolean, required: true },
  },
  { collection: 'search_state', strict: 'throw', versionKey: false, _id: false },
);

/** One entry, or all of a conversation, that a search engine has yet to forget. */
export interface SearchRemovalDocument {
  readonly _id: string;
  readonly entryId?: string;
  readonly conversationId?: ConversationId;
}

export const searchRemovalDocumentSchema = new Schema<SearchRemovalDocument>(
  {
    _id: { type: String, required: true },
    entryId: { type: String },
    conversationId: { type: String },
  },
  { collection: 'search_removals', strict: 'throw', versionKey: false, _id: false },
);
