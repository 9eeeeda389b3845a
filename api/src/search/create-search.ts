import type { Logger } from 'pino';
import { createMeilisearchIndex } from './meilisearch-index.ts';
import type { MeilisearchConfig } from './meilisearch-index.ts';
import { createNotedRemovals } from './noted-removals.ts';
import { createSearchIndexer } from './search-indexer.ts';
import type { SearchIndexer } from './search-indexer.ts';
import type { SearchIndex } from './search-index.ts';
import { createSearchService } from './search-service.ts';
import type { SearchService, SearchServiceOptions } from './search-service.ts';
import type { SearchSource } from './search-source.ts';
import type { SearchState } from './search-state.ts';

interface SearchOptions {
  /** The embedded one, unless `meilisearch` takes over. */
  readonly index: SearchIndex;
  /** Absent: searches stay in the database. */
  readonly meilisearch?: MeilisearchConfig | undefined;
  readonly source: SearchSource;
  readonly state: SearchState;
  readonly sharedWith: SearchServiceOptions['sharedWith'];
  readonly log: Logger;
}

interface Search {
  /** What is deleted has to be taken out by this. */
  readonly removals: Pick<SearchIndex, 'remove' | 'removeConversation'>;
  readonly service: SearchService;
  readonly indexer: SearchIndexer;
}

/** The search of this install and what keeps it up to date. */
export function createSearch(options: SearchOptions): Search {
  const { index: embedded, meilisearch, source, state, sharedWith, log } = options;
  const closing = new AbortController();
  const index =
    meilisearch === undefined ? embedded : createMeilisearchIndex({ ...meilisearch, closing: closing.signal });
  const removals = meilisearch === undefined ? embedded : createNotedRemovals(state);
  if (meilisearch !== undefined) {
    log.info({ host: meilisearch.host, index: meilisearch.index }, 'Meilisearch takes over the search');
  }
  const indexer = createSearchIndexer({ index, source, state, log });
  const stop = (): Promise<void> => {
    closing.abort();
    return indexer.stop();
  };
  const service = createSearchService({ index, removals, source, indexer, sharedWith });
  return { removals, service, indexer: { ...indexer, stop } };
}
