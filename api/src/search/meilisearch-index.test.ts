import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMeilisearchStandIn } from './__fixtures__/meilisearch-stand-in.ts';
import type { MeilisearchStandIn } from './__fixtures__/meilisearch-stand-in.ts';
import { createMeilisearchIndex } from './meilisearch-index.ts';
import type { SearchEntry } from './search-index.ts';

const apiKey = 'a key of a Meilisearch';
const ada = userIdSchema.parse(randomUUID());
const query = { words: ['secretword'], limit: 5 };

let meilisearch: MeilisearchStandIn;

beforeEach(async () => {
  meilisearch = await startMeilisearchStandIn(apiKey);
});

afterEach(() => meilisearch.close());

const open = (more: object = {}) =>
  createMeilisearchIndex({ host: meilisearch.host, apiKey, index: 'parley', ...more });

function entry(): SearchEntry {
  const id = conversationIdSchema.parse(randomUUID());
  return { id, userId: ada, conversationId: id, at: new Date(), words: ['secretword'] };
}

/** What was thrown, and everything in it that a log would show. */
async function failureOf(work: Promise<unknown>): Promise<{ code: unknown; why: string }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { code, cause } = error as { code: unknown; cause: Error };
  const why = cause.message;
  expect(JSON.stringify([error, cause, cause.cause, why])).not.toMatch(/secretword|a key of/);
  return { code, why };
}

const unavailable = (why: string | RegExp) => ({ code: 'search-unavailable', why: expect.stringMatching(why) });

it('makes the index once, whichever server is first', async () => {
  const [one, two] = [open(), open()];
  const names = await Promise.all([one.open(), two.open()]);
  expect(new Set([...names, await one.open()]).size).toBe(1);
  expect(names[0]).toContain(`${meilisearch.host} parley`);
  const before = meilisearch.requests.length;
  await one.open();
  expect(meilisearch.requests.slice(before)).toEqual(['GET /indexes/parley']);
});

it('has another name after it lost everything, and its settings again', async () => {
  const index = open();
  const name = await index.open();
  meilisearch.lose();
  expect(await failureOf(index.search(ada, query))).toEqual(unavailable('404 index_not_found'));
  await index.put([entry()]);
  expect(await failureOf(index.search(ada, query))).toEqual(unavailable('400 invalid_search_filter'));
  expect(await index.open()).not.toBe(name);
  expect(await index.search(ada, query)).toHaveLength(1);
});

it('looks all classes up with one request', async () => {
  const index = open();
  await index.open();
  const before = meilisearch.requests.length;
  await index.search(ada, { words: ['a'], prefix: 'b', limit: 5 });
  expect(meilisearch.requests.slice(before)).toEqual(['POST /multi-search']);
});

it('says what is wrong, without the key and what was looked for', async () => {
  const index = open();
  await index.open();
  expect(await failureOf(open({ apiKey: 'wrong' }).search(ada, query))).toEqual(
    unavailable('403 invalid_api_key, MEILI'),
  );
  expect(await failureOf(open({ apiKey: undefined }).open())).toEqual(unavailable('401 missing_authorization_header'));
  meilisearch.outage = 502;
  expect(await failureOf(index.search(ada, query))).toEqual(unavailable('unreadable'));
  meilisearch.outage = 200;
  expect(await failureOf(index.open())).toEqual(unavailable('unreadable'));
  await meilisearch.close();
  expect(await failureOf(index.search(ada, query))).toEqual(unavailable('cannot be reached'));
  expect(await failureOf(index.put([entry()]))).toEqual(unavailable('cannot be reached'));
});

it('has written something when it can be found, not when it was taken on', async () => {
  const index = open({ taskMs: 200 });
  await index.open();
  meilisearch.failure = 'no_space_left_on_device';
  expect(await failureOf(index.put([entry()]))).toEqual(unavailable('no_space_left_on_device'));
  expect(await failureOf(index.remove([randomUUID()]))).toEqual(unavailable('no_space_left_on_device'));
  meilisearch.failure = undefined;
  meilisearch.hold = true;
  expect(await failureOf(index.put([entry()]))).toEqual(unavailable('took too long'));
  expect(await index.search(ada, query)).toEqual([]);
  meilisearch.hold = false;
  await index.put([entry()]);
  expect(await index.search(ada, query)).toHaveLength(2);
});

it('waits for an answer neither too long nor for somebody who has left', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const host = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await failureOf(open({ host, answerMs: 50 }).search(ada, query))).toEqual(unavailable('TimeoutError'));
    const leaving = new AbortController();
    const asked = open({ host }).search(ada, query, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(asked).rejects.toThrow('left');
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});
