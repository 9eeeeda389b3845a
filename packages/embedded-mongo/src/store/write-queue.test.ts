import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCatalogueState, type CatalogueState, type WriteView } from '../catalogue/catalogue-state.ts';
import { ensureCollection } from '../catalogue/collections.ts';
import { allRecords } from '../testing/index-mismatches.ts';
import { received } from '../testing/bson-document.ts';
import type { Connection } from './connection.ts';
import type { Store } from './open-store.ts';
import { insertRecord } from './records.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';
import { openTemporaryStore } from '../testing/temporary-store.ts';

let store: Store;
let state: CatalogueState;
let queue: WriteQueue;
let statements: string[];
let failing: string | undefined;

beforeEach(() => {
  store = openTemporaryStore();
  statements = [];
  failing = undefined;
  const writer: Connection = {
    ...store.writer,
    run: (sql, ...parameters) => {
      statements.push(sql);
      if (sql === failing) throw new Error('disk full');
      return store.writer.run(sql, ...parameters);
    },
  };
  state = createCatalogueState({ writer, reader: store.reader });
  queue = createWriteQueue(state);
});
afterEach(() => store.close());

function insert(id: number) {
  return (view: WriteView): number => {
    insertRecord(view, ensureCollection(view, 'test.items'), received({ _id: id }));
    return id;
  };
}

function committedIds(): unknown[] {
  const collection = state.reading.catalogue().get('test.items');
  return collection === undefined
    ? []
    : allRecords(state.reading, collection).map(({ document }) => document.get('_id'));
}

it('commits everything of one turn together', async () => {
  expect(await Promise.all([queue.run(insert(1)), queue.run(insert(2)), queue.run(insert(3))])).toEqual([1, 2, 3]);
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
  expect(committedIds()).toHaveLength(3);
});

it('undoes a failed work alone', async () => {
  const outcomes = await Promise.allSettled([
    queue.run(insert(1)),
    queue.run((view) => {
      insert(2)(view);
      ensureCollection(view, 'test.other');
      throw new Error('no');
    }),
    queue.run(insert(3)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(committedIds()).toHaveLength(2);
  expect(state.reading.catalogue().has('test.other')).toBe(false);
});

it('shows nothing of a group before its commit', async () => {
  await queue.run(insert(1));
  const pending = queue.run(insert(2));
  expect(committedIds()).toHaveLength(1);
  await pending;
  expect(committedIds()).toHaveLength(2);
});

it('rejects every work of a group whose commit fails, and goes on afterwards', async () => {
  failing = 'COMMIT';
  const outcomes = await Promise.allSettled([queue.run(insert(1)), queue.run(insert(2))]);
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { message: 'disk full' } },
    { status: 'rejected', reason: { message: 'disk full' } },
  ]);
  expect(state.writing.catalogue().size).toBe(0);
  failing = undefined;
  await queue.run(insert(1));
  expect(committedIds()).toHaveLength(1);
});

it('lets nobody else write while a transaction holds the writer', async () => {
  await queue.run(insert(1));
  const exclusive = await queue.acquire();
  exclusive.run(insert(2));
  const waiting = queue.run(insert(3));
  const next = queue.acquire();
  expect(committedIds()).toHaveLength(1);
  exclusive.commit();
  await waiting;
  const second = await next;
  expect(committedIds()).toHaveLength(3);
  second.run(insert(4));
  second.abort();
  expect(committedIds()).toHaveLength(3);
  await queue.run(insert(5));
  expect(committedIds()).toHaveLength(4);
});
