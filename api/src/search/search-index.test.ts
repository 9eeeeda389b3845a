import { randomUUID } from 'node:crypto';
import { agentIdSchema, conversationIdSchema, messageIdSchema, userIdSchema } from '@parley/contracts';
import type { UserId } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import { createRepositories } from '../database/create-repositories.ts';
import { startMeilisearchStandIn } from './__fixtures__/meilisearch-stand-in.ts';
import { createMeilisearchIndex } from './meilisearch-index.ts';
import type { IndexQuery, SearchEntry, SearchIndex, SearchMatch } from './search-index.ts';

interface Opened {
  readonly index: SearchIndex;
  close(): Promise<void>;
}

/** Every index there is; what follows is what `SearchIndex` promises of each. */
const indexes: readonly (readonly [string, () => Promise<Opened>])[] = [
  [
    'in the database',
    async () => {
      const store = await openTestStore();
      const database = await connectDatabase(store.uri);
      const { searchIndex: index } = createRepositories(database.connection);
      await database.createIndexes();
      return {
        index,
        async close() {
          await database.close();
          await store.close();
        },
      };
    },
  ],
  [
    'in a Meilisearch',
    async () => {
      const apiKey = 'a key of a Meilisearch';
      const meilisearch = await startMeilisearchStandIn(apiKey);
      const index = createMeilisearchIndex({ host: meilisearch.host, apiKey, index: 'parley' });
      return { index, close: () => meilisearch.close() };
    },
  ],
];

const idsOf = (found: readonly SearchMatch[]) => found.map(({ id }) => id);

const person = (): UserId => userIdSchema.parse(randomUUID());

describe.each(indexes)('the index %s', (_name, start) => {
  let opened: Opened;
  let index: SearchIndex;
  let ada: UserId;
  let time = Date.UTC(2026, 0, 1);

  beforeAll(async () => {
    opened = await start();
    ({ index } = opened);
    await index.open();
  });

  afterAll(() => opened.close());

  beforeEach(() => {
    ada = person();
  });

  function message(words: readonly string[], more: Partial<SearchEntry> = {}): SearchEntry {
    const id = messageIdSchema.parse(randomUUID());
    time += 1_000;
    const conversationId = conversationIdSchema.parse(randomUUID());
    return { id, messageId: id, userId: ada, conversationId, role: 'user', at: new Date(time), words, ...more };
  }

  function title(words: readonly string[]): SearchEntry {
    const id = conversationIdSchema.parse(randomUUID());
    time += 1_000;
    return { id, userId: ada, conversationId: id, at: new Date(time), words };
  }

  async function put(...entries: SearchEntry[]): Promise<string[]> {
    await index.put(entries);
    return entries.map(({ id }) => id);
  }

  async function find(query: Partial<IndexQuery>): Promise<string[]> {
    return idsOf(await index.search(ada, { words: [], limit: 50, ...query }));
  }

  it('has one name as long as it has what it had', async () => {
    expect(await index.open()).toBe(await index.open());
  });

  it('finds titles, then whole words, then beginnings, each newest first', async () => {
    const ids = await put(
      message(['breadcrumbs']),
      message(['bread']),
      title(['breadth']),
      message(['more', 'bread']),
      title(['bread']),
      message(['breadboard']),
    );
    const found = await index.search(ada, { words: [], prefix: 'bread', limit: 50 });
    expect(idsOf(found)).toEqual([4, 2, 3, 1, 5, 0].map((position) => ids[position]));
    expect(found.map(({ rank }) => rank)).toEqual([0, 1, 2, 2, 3, 3]);
  });

  it('says where what it found is', async () => {
    const [entry, named] = [message(['where']), title(['where'])];
    await put(entry, named);
    const { conversationId, messageId, at, id } = entry;
    expect(await index.search(ada, { words: ['where'], limit: 50 })).toEqual([
      { rank: 0, id: named.id, conversationId: named.id, messageId: undefined, at: named.at },
      { rank: 2, id, conversationId, messageId, at },
    ]);
  });

  it('wants all words, and whole ones', async () => {
    const [id] = await put(message(['quick', 'brown', 'fox']));
    expect(await find({ words: ['fox', 'quick'] })).toEqual([id]);
    expect(await find({ words: ['fox'], prefix: 'br' })).toEqual([id]);
    expect(await find({ words: ['qui'] })).toEqual([]);
    expect(await find({ words: ['quick', 'cat'] })).toEqual([]);
    expect(await find({ words: ['quick'], prefix: 'rown' })).toEqual([]);
    expect(await find({ words: ['quicc'] })).toEqual([]);
  });

  it.each(['.', '*', '\\', "'", '"', '$', '(', '🎉', '喜欢', '東京', 'über', 'ملف', 'и', '5', 'sign', 'or', 'exists'])(
    'knows the word %s from others',
    async (word) => {
      const [id] = await put(message([word, 'and']), message(['other', '+', '/', 'not']));
      expect(await find({ words: [word] })).toEqual([id]);
      expect(await find({ words: [word, 'and'] })).toEqual([id]);
      expect(await find({ prefix: word })).toEqual([id]);
    },
  );

  it('takes a word that was cut within a character', async () => {
    const cut = `${'𝒶'.repeat(31)}ab${'𝒷'.slice(0, 1)}`;
    const [id] = await put(message([cut]));
    expect(await find({ words: [cut] })).toEqual([id]);
    expect(await find({ prefix: '𝒶𝒶' })).toEqual([id]);
  });

  it('keeps to its filters, which say nothing about titles and prompts', async () => {
    const agentId = agentIdSchema.parse(randomUUID());
    const model = 'o"ne\\ OR model EXISTS';
    const [named = '', asked = '', one = '', two = ''] = await put(
      title(['filtered']),
      message(['filtered']),
      message(['filtered'], { role: 'assistant', model, agentId }),
      message(['filtered'], { role: 'assistant', model: 'two', agentId: agentIdSchema.parse(randomUUID()) }),
    );
    const words = ['filtered'];
    expect(await find({ words })).toEqual([named, two, one, asked]);
    expect(await find({ words, role: 'user' })).toEqual([asked]);
    expect(await find({ words, role: 'assistant' })).toEqual([two, one]);
    expect(await find({ words, model })).toEqual([named, one, asked]);
    expect(await find({ words, agentId })).toEqual([named, one, asked]);
    const [before, after] = [new Date(time - 1_000), new Date(time)];
    expect(await find({ words, from: before })).toEqual([two, one]);
    expect(await find({ words, from: before, to: after })).toEqual([one]);
    expect(await find({ words, to: before, limit: 1 })).toEqual([named]);
  });

  it('keeps to the conversations that are asked for, whether a word is rare or common', async () => {
    const [one, two] = [message(['among']), message(['among'])];
    const all = [one, two, ...Array.from({ length: 700 }, () => message(['among', 'others']))];
    await put(...all);
    const conversationIds = [one.conversationId, two.conversationId];
    expect(await find({ words: ['among'], conversationIds })).toEqual([two.id, one.id]);
    expect(await find({ prefix: 'amo', conversationIds, limit: 1 })).toEqual([two.id]);
    expect(await find({ words: ['others'], conversationIds })).toEqual([]);
  });

  it('comes in pages that together are the whole, also within one millisecond', async () => {
    const at = new Date(time);
    const entries = Array.from({ length: 23 }, (_none, position) =>
      message([position % 3 === 0 ? 'page' : 'pages'], { at }),
    );
    await put(title(['page']), title(['paged']), ...entries);
    const whole = await find({ prefix: 'page' });
    expect(whole).toHaveLength(25);
    const found: SearchMatch[] = [];
    for (;;) {
      const page = await index.search(ada, { words: [], prefix: 'page', limit: 4, after: found.at(-1) });
      found.push(...page);
      if (page.length < 4) break;
    }
    expect(idsOf(found)).toEqual(whole);
    expect(new Set(whole).size).toBe(25);
  });

  it('goes on after a place whose entry is gone', async () => {
    const [oldest = '', middle = '', newest = ''] = await put(message(['gone']), message(['gone']), message(['gone']));
    const [first, second] = await index.search(ada, { words: ['gone'], limit: 2 });
    expect([first?.id, second?.id]).toEqual([newest, middle]);
    await index.remove([middle]);
    expect(await find({ words: ['gone'], after: second })).toEqual([oldest]);
  });

  it('has an entry once, as it was put last', async () => {
    const entry = message(['before']);
    await put(entry);
    await put({ ...entry, words: ['after'] });
    expect(await find({ words: ['before'] })).toEqual([]);
    expect(await find({ words: ['after'] })).toEqual([entry.id]);
  });

  it('forgets entries and whole conversations', async () => {
    const named = title(['forget']);
    const inside = message(['forget'], { conversationId: named.conversationId });
    const [other = '', another = ''] = await put(message(['forget']), message(['forget']), named, inside);
    await index.remove([other, randomUUID()]);
    await index.remove([]);
    await index.put([]);
    expect(await find({ words: ['forget'] })).toEqual([named.id, another, inside.id]);
    await index.removeConversation(named.conversationId);
    await index.removeConversation(named.conversationId);
    expect(await find({ words: ['forget'] })).toEqual([another]);
  });

  it('gives nobody anything of anybody else, whatever they look for', async () => {
    const eve = person();
    await put(title(['private', 'plan']), message(['private', '"', '\\', '(', ')', 'or']));
    const word = fc.oneof(fc.constantFrom('private', '"', '\\', '" OR "', "userId = 'x'", ') OR (', ''), fc.string());
    const asked = fc.record({ words: fc.array(word, { maxLength: 3 }), prefix: fc.option(word, { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(asked, word, async (query, model) => {
        expect(await index.search(eve, { ...query, limit: 50 })).toEqual([]);
        expect(await index.search(eve, { ...query, model, limit: 50 })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
