import type { Logger } from 'pino';
import { createSearchIndexer } from './search-indexer.ts';
import type { SearchIndexer } from './search-indexer.ts';
import type { SearchIndex } from './search-index.ts';
import { createSearchService } from './search-service.ts';
import type { SearchService } from './search-service.ts';
import type { SearchSource } from './search-source.ts';

interface SearchOptions {
  /** Where another search engine takes over: `put` gets every finished message and title, `search` gets words. */
  readonly index: SearchIndex;
  readonly source: SearchSource;
  readonly log: Logger;
}

interface Search {
  readonly service: SearchService;
  readonly indexer: SearchIndexer;
}

/** The search of this install and what keeps it up to date. */
export function createSearch({ index, source, log }: SearchOptions): Search {
  const indexer = createSearchIndexer({ index, source, log });
  return { service: createSearchService({ index, source, indexer }), indexer };
}
