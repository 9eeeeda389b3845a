import type { SearchIndex } from './search-index.ts';
import type { SearchState } from './search-state.ts';

/**
 * Takes nothing out of an index itself, but notes what has to go, for the indexer: nobody who deletes something waits
 * for another server, and what that one misses while it is down is not lost.
 */
export function createNotedRemovals(
  state: Pick<SearchState, 'noteRemovals'>,
): Pick<SearchIndex, 'remove' | 'removeConversation'> {
  return {
    remove: (ids) => state.noteRemovals(ids.map((entryId) => ({ entryId }))),
    removeConversation: (conversationId) => state.noteRemovals([{ conversationId }]),
  };
}
