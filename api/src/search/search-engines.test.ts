import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import type { Database } from '../database/connect.ts';
import { createRepositories } from '../database/create-repositories.ts';
import type { Repositories } from '../database/create-repositories.ts';
import { startMeilisearchStandIn } from './__fixtures__/meilisearch-stand-in.ts';
import type { MeilisearchStandIn } from './__fixtures__/meilisearch-stand-in.ts';
import { createSearch } from './create-search.ts';

const apiKey = 'a key of a Meilisearch';
const ada = userIdSchema.parse(randomUUID());
const { signal } = new AbortController();
const sharedWith = () => Promise.resolve([]);

let store: TestStore;
let database: Database;
let repositories: Repositories;
let meilisearch: MeilisearchStandIn;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  repositories = createRepositories(database.connection);
  await database.createIndexes();
});

afterAll(async () => {
  await database.close();
  await store.close();
});

beforeEach(async () => {
  meilisearch = await startMeilisearchStandIn(apiKey);
});

afterEach(async () => {
  await meilisearch.close();
  for (const name of ['messages', 'conversations', 'search_entries', 'search_state', 'search_removals']) {
    await database.connection.collection(name).deleteMany({});
  }
});

type Search = ReturnType<typeof createSearch>;

function server(engine: 'embedded' | 'meilisearch', index = 'parley', lines: string[] = []): Search {
  const { searchIndex, searchSource: source, searchState: state } = repositories;
  const settings = engine === 'embedded' ? undefined : { host: meilisearch.host, apiKey, index };
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  return createSearch({ index: searchIndex, meilisearch: settings, source, state, sharedWith, log });
}

async function begin(title: string): Promise<ConversationId> {
  const id = conversationIdSchema.parse(randomUUID());
  const generationId = generationIdSchema.parse(randomUUID());
  const turn = { generationId, endpoint: 'e', model: 'm', tools: [], at: new Date() };
  await repositories.conversations.begin(ada, id, { title }, turn);
  return id;
}

async function say(conversationId: ConversationId, text: string): Promise<MessageId> {
  const id = messageIdSchema.parse(randomUUID());
  const parts = [{ type: 'text' as const, step: 0, text }];
  const createdAt = new Date().toISOString();
  const place = { id, conversationId, parentId: null };
  await repositories.messages.addOnce(ada, { ...place, role: 'user', status: 'done', parts, createdAt });
  return id;
}

async function hits(search: Search, text: string): Promise<number> {
  return (await search.service.search(ada, { text, limit: 50 }, signal)).items.length;
}

const embeddedEntries = () => database.connection.collection('search_entries').countDocuments();

describe('another search engine', () => {
  it('has everything that was written before, and the database nothing of it', async () => {
    const chat = await begin('Engines');
    await say(chat, 'engineword');
    const before = server('embedded');
    await before.indexer.catchUp();
    expect([await hits(before, 'engin'), await embeddedEntries()]).toEqual([2, 2]);
    const lines: string[] = [];
    const after = server('meilisearch', 'parley', lines);
    await after.indexer.catchUp();
    expect([await hits(after, 'engin'), await embeddedEntries()]).toEqual([2, 0]);
    expect(lines.join('')).toMatch(/Meilisearch takes over the search/);
    expect(lines.join('')).not.toContain(apiKey);
    await say(chat, 'enginewords');
    await server('meilisearch', 'other').indexer.catchUp();
    expect(meilisearch.documents('other').size).toBe(3);
    const back = server('embedded');
    await back.indexer.catchUp();
    expect([await hits(back, 'engin'), await embeddedEntries()]).toEqual([3, 3]);
  });

  it('is not filled twice', async () => {
    await say(await begin('Engines'), 'engineword');
    await server('meilisearch').indexer.catchUp();
    const before = meilisearch.requests.length;
    await server('meilisearch').indexer.catchUp();
    expect(meilisearch.requests.slice(before).filter((request) => request.includes('documents'))).toEqual([]);
  });

  it('is filled again when it has lost everything', async () => {
    const search = server('meilisearch');
    await say(await begin('Engines'), 'engineword');
    await search.indexer.catchUp();
    meilisearch.lose();
    await search.indexer.catchUp();
    expect(await hits(search, 'engin')).toBe(2);
  });

  it('takes over wholly, even when the server is killed meanwhile', async () => {
    await say(await begin('Engines'), 'engineword');
    await server('embedded').indexer.catchUp();
    const { searchState } = repositories;
    await searchState.takeOver('other');
    await repositories.searchSource.markMessages(await repositories.searchSource.unindexedMessages(9), new Set());
    const states = database.connection.collection('search_state');
    await states.updateOne({}, { $set: { isClearing: true } });
    expect([await searchState.takeOver('other'), await searchState.takeOver('other')]).toEqual([true, false]);
    expect(await repositories.searchSource.countMessages()).toEqual({ unindexed: 1, all: 1 });
  });

  it('is left alone by servers that were told to use the one before', async () => {
    const chat = await begin('Engines');
    const lines: string[] = [];
    const [old, current] = [server('embedded', '', lines), server('meilisearch')];
    await old.indexer.catchUp();
    await current.indexer.catchUp();
    await say(chat, 'engineword');
    await old.indexer.catchUp();
    await old.indexer.catchUp();
    expect(lines.filter((line) => line.includes('Another server'))).toHaveLength(1);
    await current.indexer.catchUp();
    expect([await hits(current, 'engineword'), await embeddedEntries()]).toEqual([1, 0]);
  });

  it('misses nothing that a server marks in the moment it takes over', async () => {
    await say(await begin('Engines'), 'engineword');
    const { searchIndex, searchSource, searchState: state } = repositories;
    const current = server('meilisearch');
    const source = {
      ...searchSource,
      async markMessages(...given: Parameters<typeof searchSource.markMessages>) {
        await current.indexer.catchUp();
        await searchSource.markMessages(...given);
      },
    };
    const log = pino({ level: 'silent' });
    await createSearch({ index: searchIndex, source, state, sharedWith, log }).indexer.catchUp();
    expect(await searchSource.countMessages()).toEqual({ unindexed: 1, all: 1 });
    expect(await embeddedEntries()).toBe(0);
    await current.indexer.catchUp();
    expect(await searchSource.countMessages()).toEqual({ unindexed: 0, all: 1 });
  });
});

describe('a Meilisearch that is down', () => {
  it('is caught up with when it is back', async () => {
    const search = server('meilisearch');
    const [kept, doomed] = [await begin('Kept'), await begin('Doomed')];
    const removed = await say(kept, 'downword');
    await say(doomed, 'downword');
    await search.indexer.catchUp();
    meilisearch.outage = 503;
    await expect(hits(search, 'downword')).rejects.toMatchObject({ code: 'search-unavailable', status: 503 });
    await search.removals.remove([removed]);
    await search.removals.removeConversation(doomed);
    await say(kept, 'latertold');
    await expect(search.indexer.catchUp()).rejects.toMatchObject({ code: 'search-unavailable' });
    expect((await repositories.searchSource.countMessages()).unindexed).toBe(1);
    meilisearch.outage = undefined;
    await search.indexer.catchUp();
    expect(await hits(search, 'latertold')).toBe(1);
    expect(meilisearch.documents('parley').size).toBe(2);
    expect(await repositories.searchState.notedRemovals(9)).toEqual([]);
  });

  it('does not keep the server from starting, which tries again', async () => {
    await say(await begin('Engines'), 'engineword');
    meilisearch.outage = 503;
    const lines: string[] = [];
    const search = server('meilisearch', 'parley', lines);
    search.indexer.start();
    await vi.waitFor(() => expect(lines.join('')).toMatch(/could not be brought up to date/), { timeout: 20_000 });
    meilisearch.outage = undefined;
    await vi.waitFor(async () => expect(await hits(search, 'engin')).toBe(2), { timeout: 20_000 });
    await search.indexer.stop();
  }, 60_000);

  it('is not waited for by a server that stops', async () => {
    const lines: string[] = [];
    const search = server('meilisearch', 'parley', lines);
    await search.indexer.catchUp();
    await say(await begin('Engines'), 'engineword');
    meilisearch.hold = true;
    search.indexer.start();
    await vi.waitFor(() => expect(meilisearch.requests).toContain('POST /indexes/parley/documents'), {
      timeout: 20_000,
    });
    await search.indexer.stop();
    expect(lines.filter((line) => line.includes('could not'))).toEqual([]);
    expect((await repositories.searchSource.countMessages()).unindexed).toBe(1);
  }, 60_000);

  it('is sent again what it could not finish', async () => {
    const search = server('meilisearch');
    await search.indexer.catchUp();
    await say(await begin('Engines'), 'engineword');
    meilisearch.failure = 'internal';
    await expect(search.indexer.catchUp()).rejects.toMatchObject({ code: 'search-unavailable' });
    meilisearch.failure = undefined;
    await search.indexer.catchUp();
    expect(await hits(search, 'engin')).toBe(2);
  });
});
