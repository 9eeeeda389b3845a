import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import type { EndpointConfig } from '../config/app-config.ts';
import { orAborted } from '../or-aborted.ts';
import { errorWords } from '../redis/error-words.ts';
import type { SharedCache } from '../redis/shared-cache.ts';

/** Milliseconds. */
const deadline = 5_000;
const freshFor = 60_000;
const retryAfter = 10_000;
const cacheDeadline = 1_000;
const maxBodyBytes = 4 * 1024 * 1024;

const idsSchema = z.array(z.string()).check(z.minLength(1));
const modelListSchema = z.object({ data: z.array(z.object({ id: z.string().check(z.minLength(1)) })) });

export interface ModelLists {
  /**
   * Ids of the models an endpoint has. Where the list is to be fetched it is kept for a minute;
   * when it cannot be had, the default list stands in for ten seconds. Rejects only when `signal` aborts.
   */
  of(endpoint: EndpointConfig, signal: AbortSignal): Promise<readonly string[]>;
}

interface Entry {
  readonly ids: Promise<readonly string[]>;
  staleAt: number;
}

interface ModelListsOptions {
  readonly log: Logger;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Spares an endpoint the questions of every replica, and lets all offer the same; absent: there is one. */
  readonly shared?: SharedCache | undefined;
}

/** Remembers the model lists of endpoints; concurrent questions about one endpoint share one request. */
export function createModelLists({ log, fetch, now, shared }: ModelListsOptions): ModelLists {
  const entries = new Map<string, Entry>();

  /** The cache is a convenience: in trouble it is done without. */
  async function spared<T>(work: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return work === undefined ? undefined : await orAborted(work, AbortSignal.timeout(cacheDeadline));
    } catch (error) {
      log.warn(errorWords(error), 'The shared cache does not answer');
      return undefined;
    }
  }

  async function find(endpoint: EndpointConfig): Promise<string[]> {
    const key = `models:${createHash('sha256').update(`${endpoint.name} ${endpoint.baseUrl}`).digest('hex')}`;
    const known = idsSchema.safeParse(await spared(shared?.read(key)));
    if (known.success) return known.data;
    const ids = await ask(endpoint);
    await spared(shared?.write(key, ids, freshFor));
    return ids;
  }

  async function ask(endpoint: EndpointConfig): Promise<string[]> {
    const response = await fetch(`${endpoint.baseUrl}/models`, {
      headers: { ...endpoint.headers, Authorization: `Bearer ${endpoint.apiKey}`, Accept: 'application/json' },
      signal: AbortSignal.timeout(deadline),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`answered HTTP ${response.status}`);
    const ids = modelListSchema.parse(JSON.parse(await readText(response))).data.map(({ id }) => id);
    if (ids.length === 0) throw new Error('answered an empty list');
    return [...new Set(ids)];
  }

  function start(endpoint: EndpointConfig): Entry {
    const entry: Entry = {
      staleAt: now() + freshFor,
      ids: find(endpoint).catch((error: unknown) => {
        entry.staleAt = now() + retryAfter;
        log.warn({ err: error, endpoint: endpoint.name }, 'The model list cannot be fetched; the default list is used');
        return endpoint.models.default;
      }),
    };
    entries.set(endpoint.name, entry);
    return entry;
  }

  return {
    async of(endpoint, signal) {
      if (!endpoint.models.fetch) return endpoint.models.default;
      const known = entries.get(endpoint.name);
      const entry = known !== undefined && known.staleAt > now() ? known : start(endpoint);
      // The request goes on when one of those who wait for it leaves.
      return await orAborted(entry.ids, signal);
    },
  };
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw new Error('answered more than 4 MB');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
