import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { embeddedIndex } from '../../search/search-state.ts';
import type { NotedRemoval, SearchState } from '../../search/search-state.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';
import { searchEntryDocumentSchema } from '../schemas/search-entry-document.ts';
import type { SearchEntryDocument } from '../schemas/search-entry-document.ts';
import { searchRemovalDocumentSchema, searchStateDocumentSchema } from '../schemas/search-state-document.ts';
import type { SearchRemovalDocument, SearchStateDocument } from '../schemas/search-state-document.ts';

const _id = 'index';
const unset = { $unset: { indexed: 1 } } as const;

/** The state of the search in the `search_state` and `search_removals` collections. */
export function createSearchStateRepository(connection: Connection): SearchState {
  const states = connection.model<SearchStateDocument>('SearchState', searchStateDocumentSchema);
  const removals = connection.model<SearchRemovalDocument>('SearchRemoval', searchRemovalDocumentSchema);
  const entries = connection.model<SearchEntryDocument>('SearchEntry', searchEntryDocumentSchema);
  const messages = connection.model<MessageDocument>('Message', messageDocumentSchema);
  const conversations = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);

  /** Nothing is noted as long as there has only been the embedded index. */
  async function read(): Promise<Pick<SearchStateDocument, 'index' | 'isClearing'>> {
    return (await states.findById(_id).lean()) ?? { index: embeddedIndex, isClearing: false };
  }

  return {
    async takeOver(index) {
      const before = await read();
      if (before.index === index && !before.isClearing) return false;
      // Noted first: whoever marks something for another index sees it and takes the mark away again.
      await states.replaceOne({ _id }, { index, isClearing: true }, { upsert: true });
      if (index !== embeddedIndex) await entries.deleteMany({});
      await messages.updateMany({ indexed: { $exists: true } }, unset);
      await conversations.updateMany({ indexed: { $exists: true } }, unset);
      await states.updateOne({ _id, index }, { $set: { isClearing: false } });
      return true;
    },

    async isCurrent(index) {
      return (await read()).index === index;
    },

    async unmark(messageIds, conversationIds) {
      await messages.updateMany({ _id: { $in: [...messageIds] } }, unset);
      await conversations.updateMany({ _id: { $in: [...conversationIds] } }, unset);
    },

    async noteRemovals(targets) {
      if (targets.length > 0) await removals.insertMany(targets.map((target) => ({ _id: randomUUID(), ...target })));
    },

    async notedRemovals(limit) {
      const found = await removals.find().limit(limit).lean();
      return found.map(toRemoval);
    },

    async forgetRemovals(ids) {
      await removals.deleteMany({ _id: { $in: [...ids] } });
    },
  };
}

function toRemoval({ _id: id, entryId = '', conversationId }: SearchRemovalDocument): NotedRemoval {
  return { id, target: conversationId === undefined ? { entryId } : { conversationId } };
}
