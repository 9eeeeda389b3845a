import { searchIndexesNotEnabled } from '../../server/diagnostics/search-not-enabled.ts';
import type { Command } from '../command.ts';

/** A command about search indexes, which needs a search server behind the database. */
function refused(fields: readonly string[]): Command {
  return {
    kind: 'plain',
    fields,
    run: () => {
      throw searchIndexesNotEnabled();
    },
  };
}

/** The commands about search indexes: known, but answered as by a MongoDB without a search server. */
export const SEARCH_COMMANDS: Readonly<Record<string, Command>> = {
  createSearchIndexes: refused(['createSearchIndexes', 'indexes']),
  updateSearchIndex: refused(['updateSearchIndex', 'id', 'name', 'definition']),
  dropSearchIndex: refused(['dropSearchIndex', 'id', 'name']),
  listSearchIndexes: refused(['listSearchIndexes', 'id', 'name', 'cursor']),
};
