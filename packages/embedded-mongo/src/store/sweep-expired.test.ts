import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCatalogueState, type CatalogueState } from '../catalogue/catalogue-state.ts';
import { buildIndex, ensureCollection } from '../catalogue/collections.ts';
import { parseIndexSpec } from '../catalogue/index-spec.ts';
import { findRecords } from '../query/find-records.ts';
import { received } from '../testing/bson-document.ts';
import { toStorable } from '../update/storable.ts';
import type { Store } from './open-store.ts';
import { insertRecord } from './records.ts';
import { sweepExpired } from './sweep-expired.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';
import { openTemporaryStore } from '../testing/temporary-store.ts';

let store: Store;
let state: CatalogueState;
let queue: WriteQueue;

beforeAll(() => {
  store = openTemporaryStore();
  state = createCatalogueState(store);
  queue = createWriteQueue(state);
});
afterAll(() => store.close());

it.each([1, -1])(
  'deletes by date, by the earliest of several, within the partial filter, in direction %i',
  async (direction) => {
    const namespace = `test.d${String(direction)}`;
    const now = Date.UTC(2026, 0, 1);
    const ago = (seconds: number) => new Date(now - seconds * 1000);
    await queue.run((view) => {
      const spec = {
        key: { at: direction },
        name: 'ttl',
        expireAfterSeconds: 60,
        partialFilterExpression: { live: true },
      };
      buildIndex(view, ensureCollection(view, namespace), parseIndexSpec(received(spec)));
      const documents = [
        { _id: 'old', at: ago(61), live: true },
        { _id: 'young', at: ago(59), live: true },
        { _id: 'one of two', at: [ago(1), ago(100)], live: true },
        { _id: 'outside', at: ago(100) },
        { _id: 'number', at: 0, live: true },
        { _id: 'text', at: '1970', live: true },
        { _id: 'missing', live: true },
        { _id: 'empty', at: [], live: true },
      ];
      for (const document of documents)
        insertRecord(view, ensureCollection(view, namespace), toStorable(received(document)));
    });
    await sweepExpired(queue, now);
    const collection = state.reading.catalogue().get(namespace);
    if (collection === undefined) throw new Error('the collection is gone');
    const left = [...findRecords(state.reading, collection, { filter: { op: 'and', filters: [] } })];
    expect(left.map(({ document }) => document.get('_id'))).toEqual([
      'young',
      'outside',
      'number',
      'text',
      'missing',
      'empty',
    ]);
  },
);
