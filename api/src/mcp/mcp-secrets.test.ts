import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../database/open-database.ts';
import type { TimedDatabase } from '../database/open-database.ts';
import { createMcpSecretRepository } from '../database/repositories/mcp-secret-repository.ts';
import type { McpSecretRepository } from '../database/repositories/mcp-secret-repository.ts';
import { createVault } from '../vault/vault.ts';
import { createMcpSecrets } from './mcp-secrets.ts';

const log = pino({ level: 'silent' });
let dataDir: string;
let database: TimedDatabase;
let secrets: McpSecretRepository;
let time = Date.now();

function storeWith(key: string) {
  return createMcpSecrets({ secrets, vault: createVault(key), log, now: () => time });
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-secrets-'));
  database = await openDatabase({ dataDir }, log);
  secrets = createMcpSecretRepository(database.connection);
  await database.createIndexes();
});
beforeEach(async () => {
  time = Date.now();
  await secrets.removeBelow('');
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true });
});

it('gives back what was put, with another version after every change', async () => {
  const store = storeWith('one key');
  await store.put('a/', 'first');
  const first = await store.get('a/');
  await store.put('a/', 'second');
  const second = await store.get('a/');
  expect([first?.value, second?.value]).toEqual(['first', 'second']);
  expect(second?.version).not.toBe(first?.version);
  expect(await store.get('b/')).toBeUndefined();
});

it('replaces only the version that was read, also when the value went and came back', async () => {
  const store = storeWith('one key');
  await store.put('a/', 'first');
  const { version } = (await store.get('a/')) ?? { version: 0 };
  const both = await Promise.all([
    store.put('a/', 'second', { expect: version }),
    store.put('a/', 'third', { expect: version }),
  ]);
  expect(both.filter((isStored) => isStored)).toEqual([true]);
  await store.remove('a/');
  await store.put('a/', 'first');
  expect(await store.put('a/', 'late', { expect: version })).toBe(false);
  expect((await store.get('a/'))?.value).toBe('first');
  expect(await store.put('nothing/', 'late', { expect: version })).toBe(false);
});

it('is taken by one of many', async () => {
  const store = storeWith('one key');
  await store.put('a/', 'ticket');
  const taken = await Promise.all(Array.from({ length: 8 }, () => store.take('a/')));
  expect(taken.filter((value) => value !== undefined)).toEqual(['ticket']);
});

it('ends in time, whether or not the database has noticed', async () => {
  const store = storeWith('one key');
  await store.put('a/', 'ticket', { expiresAt: new Date(time + 60_000) });
  const { version } = (await store.get('a/')) ?? { version: 0 };
  time += 60_000;
  expect(await store.get('a/')).toBeUndefined();
  expect(await store.take('a/')).toBeUndefined();
  expect(await store.put('a/', 'more', { expect: version })).toBe(false);
  await store.put('a/', 'again');
  expect((await store.get('a/'))?.value).toBe('again');
});

it('removes what begins like that and nothing else', async () => {
  const store = storeWith('one key');
  for (const key of ['mcp/a/1/', 'mcp/a/2/', 'mcp/ab/1/', 'mcp/A/1/']) await store.put(key, key);
  await store.remove('mcp/a/');
  expect(await store.get('mcp/a/1/')).toBeUndefined();
  expect(await store.get('mcp/a/2/')).toBeUndefined();
  expect((await store.get('mcp/ab/1/'))?.value).toBe('mcp/ab/1/');
  expect((await store.get('mcp/A/1/'))?.value).toBe('mcp/A/1/');
});

it('opens nothing that was moved to another person’s key, and nothing under another CREDS_KEY', async () => {
  const store = storeWith('one key');
  await store.put('mcp/a/holders/ada/', 'token of Ada');
  const moved = await secrets.find('mcp/a/holders/ada/', new Date(time));
  if (moved === undefined) throw new Error('It was not stored');
  await secrets.save('mcp/a/holders/bob/', moved, undefined);
  expect(await store.get('mcp/a/holders/bob/')).toBeUndefined();
  expect(await storeWith('another key').get('mcp/a/holders/ada/')).toBeUndefined();
  expect((await store.get('mcp/a/holders/ada/'))?.value).toBe('token of Ada');
});
