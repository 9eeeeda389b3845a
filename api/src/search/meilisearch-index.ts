import { conversationIdSchema, messageIdSchema, problem } from '@parley/contracts';
import { Meilisearch, MeilisearchApiError } from 'meilisearch';
import type { EnqueuedTaskPromise, Settings } from 'meilisearch';
import * as z from 'zod/mini';
import { orAborted } from '../or-aborted.ts';
import { describeMeilisearchError, MeilisearchTaskError } from './meilisearch-error.ts';
import {
  conversationFilter,
  filterableAttributes,
  newestFirst,
  toMeilisearchDocument,
  toRankedQueries,
} from './meilisearch-query.ts';
import type { MeilisearchDocument } from './meilisearch-query.ts';
import type { SearchIndex } from './search-index.ts';

/** A Meilisearch, and the index in it that is Parley's. */
export interface MeilisearchConfig {
  /** Its address, maybe with a path. */
  readonly host: string;
  readonly apiKey?: string | undefined;
  readonly index: string;
}

interface MeilisearchIndexOptions extends MeilisearchConfig {
  /** Milliseconds for a search; absent: five seconds. */
  readonly answerMs?: number | undefined;
  /** Milliseconds until something that was sent must be found; absent: two minutes. */
  readonly taskMs?: number | undefined;
  /** Aborts when nothing that is under way is waited for any more. */
  readonly closing?: AbortSignal | undefined;
}

/** Milliseconds for a request that is no search, and between two looks at a task. */
const requestMs = 30_000;
const taskInterval = 50;

/** Words are looked up by filters, so what Meilisearch does to find texts by itself is left out. */
const settings = {
  filterableAttributes,
  sortableAttributes: ['at', 'tie'],
  searchableAttributes: ['id'],
  displayedAttributes: ['id', 'conversationId', 'messageId', 'at'],
  rankingRules: ['sort'],
  typoTolerance: { enabled: false },
  facetSearch: false,
  prefixSearch: 'disabled',
} satisfies Settings;

const hitSchema = z.object({
  id: z.string(),
  conversationId: conversationIdSchema,
  messageId: z.optional(messageIdSchema),
  at: z.int(),
});
const resultsSchema = z.object({ results: z.array(z.object({ hits: z.array(hitSchema) })) });

/**
 * The search index in a Meilisearch from 1.17 on. What is written returns when it can be found. Everything throws
 * `search-unavailable` when Meilisearch does not answer in time or with an error.
 */
export function createMeilisearchIndex(options: MeilisearchIndexOptions): SearchIndex {
  const { host, apiKey, index: uid, answerMs = 5_000, taskMs = 120_000, closing } = options;
  const client = new Meilisearch({ host, timeout: requestMs, ...(apiKey === undefined ? {} : { apiKey }) });
  const index = client.index<MeilisearchDocument>(uid);
  let settled: string | undefined;

  /** Waits for what Meilisearch has taken on. */
  async function finish(task: EnqueuedTaskPromise): Promise<void> {
    const { status, error } = await task.waitTask({ timeout: taskMs, interval: taskInterval });
    if (status !== 'succeeded') throw new MeilisearchTaskError(error?.code ?? status);
  }

  /** When the index was made; `undefined` when there is none. */
  async function findIndex(): Promise<string | undefined> {
    try {
      return (await client.getRawIndex(uid)).createdAt;
    } catch (error) {
      if (error instanceof MeilisearchApiError && error.cause?.code === 'index_not_found') return undefined;
      throw error;
    }
  }

  async function makeIndex(): Promise<string> {
    try {
      await finish(client.createIndex(uid, { primaryKey: 'id' }));
    } catch (error) {
      // Another server was faster.
      if (!(error instanceof MeilisearchTaskError) || error.code !== 'index_already_exists') throw error;
    }
    const made = await findIndex();
    if (made === undefined) throw new MeilisearchTaskError('index_not_found');
    return made;
  }

  async function open(): Promise<string> {
    const made = (await findIndex()) ?? (await makeIndex());
    if (settled !== made) await finish(index.updateSettings(settings));
    settled = made;
    return `meilisearch ${host} ${uid} ${made}`;
  }

  return {
    open: () => translated(open(), closing),

    async put(entries) {
      if (entries.length === 0) return;
      const documents = entries.map(toMeilisearchDocument);
      await translated(finish(index.addDocuments(documents, { primaryKey: 'id' })), closing);
    },

    async removeConversation(id) {
      await translated(finish(index.deleteDocuments({ filter: conversationFilter(id) })), closing);
    },

    async remove(ids) {
      if (ids.length > 0) await translated(finish(index.deleteDocuments([...ids])), closing);
    },

    async search(userId, query, signal) {
      const asked = toRankedQueries(userId, query);
      if (asked.length === 0) return [];
      const { limit } = query;
      const queries = asked.map(({ filter }) => ({ indexUid: uid, q: '', filter, sort: newestFirst, limit }));
      const deadline = AbortSignal.timeout(answerMs);
      const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      const answer = await translated(client.multiSearch({ queries }, { signal: either }), signal);
      const parsed = resultsSchema.safeParse(answer);
      if (!parsed.success) throw problem('search-unavailable', { cause: describeMeilisearchError(parsed.error) });
      const found = parsed.data.results.flatMap(({ hits }, position) =>
        hits.map(({ id, conversationId, messageId, at }) => {
          return { rank: asked[position]?.rank ?? 0, id, conversationId, messageId, at: new Date(at) };
        }),
      );
      return found.slice(0, limit);
    },
  };
}

/** What is wrong with Meilisearch as a problem, unless whoever waits for it has left. */
async function translated<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await (signal === undefined ? work : orAborted(work, signal));
  } catch (error) {
    signal?.throwIfAborted();
    throw problem('search-unavailable', { cause: describeMeilisearchError(error) });
  }
}
