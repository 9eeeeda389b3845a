import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { authRoutes, searchRoutes } from '@parley/contracts';
import { startEmbeddedMongo } from '@parley/embedded-mongo';
import { MongoClient } from 'mongodb';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { timeOf } from '../report/time-of.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { beginTurn } from '../turns/api-client.ts';
import { startApiReplica } from '../world/api-replica.ts';
import type { ApiReplica } from '../world/api-replica.ts';
import { newScript } from '../world/provider-script.ts';
import { startScriptedProvider } from '../world/scripted-provider.ts';
import { createRandom, createWords, writeChats } from './people.ts';
import { searchByRegex } from './regex-search.ts';

/**
 * What each key costs that somebody types into the search, over HTTP and the embedded store, beside regular expressions
 * over the same messages, in turns; how long the index of an install that has messages takes; and how soon a turn is found.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    chats: { type: 'string', default: '2000' },
    others: { type: 'string', default: '1' },
    searches: { type: 'string', default: '40' },
    json: { type: 'string' },
  },
});
const amount = { chats: Number(values.chats), messages: Number(values.messages) };
const people = 1 + Number(values.others);
/** Milliseconds that a key may take. */
const allowance = 100;
const pageSize = 20;

const folder = mkdtempSync(path.join(tmpdir(), 'parley-bench-search-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const provider = await startScriptedProvider('tokens');
const closers: (() => Promise<unknown>)[] = [() => provider.close()];
try {
  process.exitCode = await measure();
} finally {
  for (const close of closers.toReversed()) await close();
}
process.exit();

async function measure(): Promise<number> {
  const home = path.join(folder, 'api');
  const options = { folder: home, providerUrl: provider.url, endpoint: 'provider', variables: {} } as const;
  const api = await startApiReplica({ ...options, preload: undefined });
  closers.push(() => api.end('SIGKILL'));
  const accounts: Account[] = [];
  for (let number = 0; number < people; number += 1) accounts.push(await register(api, number));
  await api.end('SIGTERM');

  say(`${people} people with ${amount.chats} chats and ${amount.messages} messages each …`);
  await fill(path.join(home, 'data', 'mongo'), accounts);
  const reference = path.join(folder, 'reference');
  mkdirSync(reference);
  await fill(reference, accounts);
  const plain = await openStore(reference);
  closers.push(plain.close);

  const token = accounts[0]?.token ?? '';
  await api.start();
  const startedAt = performance.now();
  while ((await search(api, token, 'e')).progress !== null) await delay(200);
  const buildMs = performance.now() - startedAt;

  const { keys, regex, phrases } = await type(api, token, (text) =>
    searchByRegex(plain.db, accounts[0]?.id ?? '', text, pageSize),
  );
  const fresh = await turns(api, token);
  return report({ keys, regex, phrases, buildMs, fresh });
}

/** Types searches key by key; each key goes to the api and, in turn, over the regular expressions. Phrases are pasted. */
async function type(api: ApiReplica, token: string, byRegex: (text: string) => Promise<number>) {
  const word = createWords(createRandom(1));
  const keys: number[] = [];
  const regex: number[] = [];
  const phrases: number[] = [];
  for (let number = 0; number < Number(values.searches); number += 1) {
    const text = Array.from({ length: 1 + (number % 3) }, word).join(' ');
    for (let length = 1; length <= text.length; length += 1) {
      const typed = text.slice(0, length);
      keys.push(await timeOf(() => search(api, token, typed)));
      // Regular expressions are slow: a third of the keys says as much.
      if (length % 3 === 0) regex.push(await timeOf(() => byRegex(typed)));
    }
    // Words that are common, in an order in which they hardly ever stand.
    const phrase = Array.from({ length: 2 + (number % 2) }, word).join(' ');
    phrases.push(await timeOf(() => search(api, token, `"${phrase}"`)));
  }
  return { keys, regex, phrases };
}

/** Milliseconds from the end of a turn's request until its prompt is found. */
async function turns(api: ApiReplica, token: string): Promise<number[]> {
  const waits: number[] = [];
  for (let number = 0; number < 10; number += 1) {
    const script = newScript({ tokens: 1, paceMs: 0 });
    await beginTurn([api.url], token, script);
    waits.push(
      await timeOf(async () => {
        while ((await search(api, token, `"${script.id}"`)).items.length === 0) await delay(20);
      }),
    );
  }
  return waits;
}

interface Measured {
  readonly keys: readonly number[];
  readonly regex: readonly number[];
  readonly phrases: readonly number[];
  readonly buildMs: number;
  readonly fresh: readonly number[];
}

function report({ keys, regex, phrases, buildMs, fresh }: Measured): number {
  const row = (name: string, all: readonly number[]): string[] => [
    name,
    ...[0.5, 0.95, 1].map((part) => `${of(all, part)}`),
  ];
  printTable(
    ['ms for each key', 'p50', 'p95', 'most'],
    [row('the index, over HTTP', keys), row('a quoted phrase', phrases), row('regular expressions', regex)],
  );
  const ratios = { p50: of(regex, 0.5) / of(keys, 0.5), p95: of(regex, 0.95) / of(keys, 0.95) };
  say(
    `${keys.length} keys. Regular expressions take ${rounded(ratios.p50)} times as long at p50, ${rounded(ratios.p95)} at p95.`,
  );
  const total = people * amount.messages;
  say(`Index of ${total} messages: ${rounded(buildMs / 1_000)} s, ${rounded(buildMs / total, 2)} ms for each message.`);
  say(`From a turn's beginning until it is found: p50 ${of(fresh, 0.5)} ms, at most ${of(fresh, 1)} ms.`);
  const figures = {
    people,
    ...amount,
    keyMs: { p50: of(keys, 0.5), p95: of(keys, 0.95) },
    phraseMs: { p50: of(phrases, 0.5), p95: of(phrases, 0.95) },
    regexMs: { p50: of(regex, 0.5), p95: of(regex, 0.95) },
    buildMs,
    foundAfterMs: { p50: of(fresh, 0.5), most: of(fresh, 1) },
  };
  writeReport('search', { ...surroundings(), ...figures }, values.json);
  return figures.keyMs.p95 <= allowance ? 0 : 1;
}

function of(all: readonly number[], share: number): number {
  return rounded(percentile(all, share) ?? Number.NaN);
}

async function search({ url }: ApiReplica, token: string, q: string) {
  const address = new URL(searchRoutes.search.path, url);
  address.search = new URLSearchParams({ q, limit: String(pageSize) }).toString();
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`The search answered ${response.status}: ${await response.text()}`);
  return searchRoutes.search.response.parse(await response.json());
}

interface Account {
  readonly id: string;
  readonly token: string;
}

async function register({ url }: ApiReplica, number: number): Promise<Account> {
  const body = { email: `person-${number}@example.com`, password: 'correct horse battery', name: 'Somebody' };
  const response = await fetch(new URL(authRoutes.register.path, url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify(body),
  });
  const { accessToken, user } = authRoutes.register.response.parse(await response.json());
  return { id: user.id, token: accessToken };
}

async function openStore(place: string) {
  const store = await startEmbeddedMongo({ path: place, durability: 'normal' });
  const client = await MongoClient.connect(store.uri);
  const close = async () => {
    await client.close();
    await store.close();
  };
  return { db: client.db('parley'), close };
}

async function fill(place: string, accounts: readonly Account[]): Promise<void> {
  const { db, close } = await openStore(place);
  // The words are those that are searched for.
  const word = createWords(createRandom(1));
  for (const { id } of accounts) await writeChats(db, id, amount, word);
  await close();
}
