import { expect, it } from 'vitest';
import { buildDocument } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { createCatalogueState } from '../../catalogue/catalogue-state.ts';
import { buildIndex, ensureCollection } from '../../catalogue/collections.ts';
import { parseIndexSpec } from '../../catalogue/index-spec.ts';
import { received } from '../../testing/bson-document.ts';
import { openTemporaryStore } from '../../testing/temporary-store.ts';
import { rehearse } from './rehearse.ts';

/** What is asked in a store with one index, whose collection answers with a document. */
async function askedWith(index: object, document: object): Promise<Document[]> {
  const store = openTemporaryStore();
  try {
    const { writing } = createCatalogueState(store);
    buildIndex(writing, ensureCollection(writing, 'app.notes'), parseIndexSpec(received({ name: 'i', ...index })));
    const asked: Document[] = [];
    const answer = buildDocument({ cursor: { firstBatch: [received(document)] } });
    await rehearse((body) => {
      asked.push(body);
      return Promise.resolve(answer);
    }, writing.catalogue());
    return asked;
  } finally {
    store.close();
  }
}

it('asks for a page of what it found, through an index of several fields', async () => {
  const asked = await askedWith({ key: { user: 1, at: -1 } }, { user: 'ada', at: 5 });
  expect(asked.map((body) => body.get('find'))).toEqual(['notes', 'notes']);
  expect(asked[1]?.get('filter')).toMatchObject({ fields: new Map([['user', 'ada']]) });
  expect(asked[1]?.has('sort')).toBe(true);
});

it.each([
  [{ key: { user: 1 } }],
  [{ key: { user: 1, at: 1 }, sparse: true }],
  [{ key: { user: 1, at: 1 }, hidden: true }],
  [{ key: { user: 1, at: 1 }, partialFilterExpression: { user: 'ada' } }],
  [{ key: { user: 1, at: 1 }, collation: { locale: 'en', strength: 2 } }],
  [{ key: { user: 1, text: 'text' } }],
])('leaves alone what might have to be read as a whole: %j', async (index) => {
  expect(await askedWith(index, { user: 'ada', at: 5 })).toEqual([]);
});
