import { afterEach, beforeEach, expect, it } from 'vitest';
import { Binary } from 'bson';
import { createCatalogueState } from '../../catalogue/catalogue-state.ts';
import type { Store } from '../../store/open-store.ts';
import { prepareServerTables } from '../../store/server-tables.ts';
import { createWriteQueue, type WriteQueue } from '../../store/write-queue.ts';
import { received } from '../../testing/bson-document.ts';
import { createRetries, type Retries } from './retries.ts';
import { createSessions, SESSION_MILLISECONDS, type Session } from './sessions.ts';
import { openTemporaryStore } from '../../testing/temporary-store.ts';

const LARGE = 2n ** 62n;
let store: Store;
let queue: WriteQueue;
let retries: Retries;

beforeEach(() => {
  store = openTemporaryStore();
  prepareServerTables(store.writer);
  const state = createCatalogueState(store);
  queue = createWriteQueue(state);
  retries = createRetries(state.reading, queue);
});
afterEach(() => store.close());

/** A session as a process meets it that knows nothing of it yet. */
function session(seed: number): Session {
  const found = createSessions().of(received({ lsid: { id: new Binary(Buffer.alloc(16, seed), 4) } }));
  if (found === undefined) throw new Error('no session');
  return found;
}

async function remember(seed: number, number: bigint, reply: Buffer | undefined): Promise<void> {
  await queue.run((view) => retries.remember(view, session(seed), number, reply));
}

function recalled(seed: number): Session['latest'] {
  const found = session(seed);
  retries.recall(found);
  return found.latest;
}

it('recalls the newest answer of each session, with numbers beyond what a double holds', async () => {
  const reply = received({ n: 1 }).bytes;
  await remember(1, 1n, undefined);
  await remember(1, LARGE + 1n, reply);
  await remember(2, LARGE, undefined);
  const write = recalled(1);
  expect(write).toMatchObject({ kind: 'write', number: LARGE + 1n });
  if (write === undefined || write === 'unread' || write.kind !== 'write') throw new Error('no write');
  expect((await write.reply)?.bytes).toEqual(reply);
  expect(recalled(2)).toEqual({ kind: 'committed', number: LARGE });
  expect(recalled(3)).toBeUndefined();
});

it('forgets what nobody used for the life of a session, and sessions that are over', async () => {
  await remember(1, 1n, undefined);
  await remember(2, 1n, undefined);
  await retries.sweep(Date.now());
  expect(recalled(1)).toMatchObject({ number: 1n });
  const over = session(2);
  retries.recall(over);
  await retries.forget([over]);
  expect(recalled(2)).toBeUndefined();
  await retries.sweep(Date.now() + SESSION_MILLISECONDS + 1_000);
  expect(recalled(1)).toBeUndefined();
});

it('forgets an answer whose write was undone', async () => {
  await expect(
    queue.run((view) => {
      retries.remember(view, session(1), 1n, undefined);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(recalled(1)).toBeUndefined();
});
