import { randomUUID } from 'node:crypto';
import type { MessageId, SearchHit, UserId } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSearchWorld } from './__fixtures__/search-world.ts';
import type { SearchWorld } from './__fixtures__/search-world.ts';

let world: SearchWorld;
let ada: UserId;

beforeAll(async () => {
  world = await openSearchWorld();
});

afterAll(() => world.close());

beforeEach(() => {
  ada = person();
});

const person = (): UserId => world.person();
const begin = (...of: Parameters<SearchWorld['begin']>) => world.begin(...of);
const say = (...of: Parameters<SearchWorld['say']>) => world.say(...of);
const find = (...of: Parameters<SearchWorld['find']>) => world.find(...of);

const ids = (hits: readonly SearchHit[]) => hits.map(({ messageId }) => messageId);

const marked = ({ text, marks }: SearchHit['snippet']) => marks.map(([start, end]) => text.slice(start, end));

describe('a search', () => {
  it('finds a message as it is typed', async () => {
    const chat = await begin(ada);
    const id = await say(ada, chat, 'The quick brown fox');
    for (const typed of ['q', 'qu', 'quick', 'quick ', 'quick br', 'BROWN Qui', 'fox the'])
      expect([typed, ids(await find(ada, typed))]).toEqual([typed, [id]]);
    for (const typed of ['uick', 'quick cat', 'qui ', 'xyz'])
      expect([typed, await find(ada, typed)]).toEqual([typed, []]);
  });

  it.each([
    ['Crème brûlée', 'creme BRULEE', ['Crème', 'brûlée']],
    ['In der Straße', 'strasse', ['Straße']],
    ['STRASSE', 'straße', ['STRASSE']],
    ['我喜欢学习中文语法', '学习中文', ['学习中文']],
    ['我喜欢', '喜', ['喜']],
    ['私は東京に住んでいます', '東京', ['東京']],
    ['use .* to match', '.*', ['.*']],
    ['costs $5.00 (net)', '5.00', ['5.00']],
    ['I write C++ daily', 'c++', ['C++']],
    ['a party 🎉 today', '🎉', ['🎉']],
    ['call snake_case()', 'snake_ca', ['snake_ca']],
    ['don’t panic', "don't", ['don’t']],
    ['mail me@example.com now', 'me@example', ['me@example']],
  ])('in “%s” for “%s” marks %j', async (text, typed, marks) => {
    const chat = await begin(ada);
    await say(ada, chat, text);
    const [hit] = await find(ada, typed);
    expect(hit && marked(hit.snippet)).toEqual(marks);
  });

  it.each([
    ['anything', '.*'],
    ['anything', '^a'],
    ['anything', '$where'],
    ['anything', ''],
    ['anything', '   '],
    ['anything', '""'],
    ['5x00', '5.00'],
    ['文学 and 中', '中文'],
    ['smart.', '"art."'],
    ['brown quick', '"quick brown"'],
  ])('in “%s” finds nothing for “%s”', async (text, typed) => {
    const chat = await begin(ada);
    await say(ada, chat, text);
    expect(await find(ada, typed)).toEqual([]);
  });

  it('finds quoted words where they stand together', async () => {
    const chat = await begin(ada);
    const id = await say(ada, chat, 'a quick\n brown fox');
    await say(ada, chat, 'brown and quick');
    expect(ids(await find(ada, '"quick brown" fox'))).toEqual([id]);
    expect(ids(await find(ada, '"quick bro'))).toEqual([id]);
  });

  it('puts titles first, then whole words, then beginnings, each newest first', async () => {
    const chat = await begin(ada);
    const beginning = await say(ada, chat, 'breadcrumbs');
    const old = await say(ada, chat, 'bread');
    const newer = await say(ada, chat, 'more bread');
    const titled = await begin(ada, { title: 'Bread' });
    const newest = await say(ada, chat, 'breadth');
    const hits = await find(ada, 'bread');
    expect(hits[0]).toMatchObject({
      conversationId: titled,
      messageId: null,
      title: { text: 'Bread', marks: [[0, 5]] },
    });
    expect(ids(hits).slice(1)).toEqual([newer, old, newest, beginning]);
  });

  it('leaves out code, reasoning, quotes and what tools answered, and knows tools by name', async () => {
    const chat = await begin(ada);
    const call = { type: 'tool-call', step: 0, callId: 'c', input: '{"a":"inputword"}', state: 'done' } as const;
    await say(ada, chat, '', {
      role: 'assistant',
      parts: [
        { type: 'reasoning', step: 0, text: 'thoughtword' },
        { type: 'text', step: 0, text: 'before\n```js\nconst codeword = 1;\n```\nafterword' },
        { ...call, name: 'get_weather', title: 'Weather report', output: 'outputword' },
        { type: 'steer', step: 0, commandId: randomUUID() as never, text: 'steerword' },
        { type: 'quote', text: 'quoteword', messageId: randomUUID() as never },
      ],
    });
    for (const word of ['afterword', 'steerword', 'weather']) expect(await find(ada, word)).toHaveLength(1);
    for (const word of ['thoughtword', 'codeword', 'outputword', 'inputword', 'quoteword'])
      expect([word, await find(ada, word)]).toEqual([word, []]);
  });

  it('keeps to its filters', async () => {
    const chat = await begin(ada, { model: 'small' });
    const mine = await say(ada, chat, 'filterword');
    const answer = await say(ada, chat, 'filterword', { role: 'assistant', model: 'large' });
    const from = new Date(world.now());
    expect(ids(await find(ada, 'filterword', { role: 'user' }))).toEqual([mine]);
    expect(ids(await find(ada, 'filterword', { role: 'assistant' }))).toEqual([answer]);
    expect(ids(await find(ada, 'filterword', { model: 'large' }))).toEqual([answer]);
    expect(ids(await find(ada, 'filterword', { model: 'small' }))).toEqual([mine]);
    expect(ids(await find(ada, 'filterword', { from }))).toEqual([answer]);
    expect(ids(await find(ada, 'filterword', { to: from }))).toEqual([mine]);
    expect(await find(ada, 'filterword', { archived: true })).toEqual([]);
    expect(await find(ada, 'filterword', { tag: 'x' })).toEqual([]);
    await world.repositories.conversations.update(ada, chat, { archived: true });
    expect(await find(ada, 'filterword', { archived: true })).toHaveLength(2);
    expect(await find(ada, 'filterword', { archived: false })).toEqual([]);
  });

  it('comes in pages that together are the whole, whether a word is rare or common', async () => {
    const chat = await begin(ada);
    const said: MessageId[] = [];
    for (let index = 0; index < 450; index += 1)
      said.push(await say(ada, chat, `common ${index % 9 === 0 ? 'rare' : 'x'}`));
    await world.search.indexer.catchUp();
    const { signal } = new AbortController();
    for (const [text, expected] of [
      ['comm', said],
      ['common rare', said.filter((_id, index) => index % 9 === 0)],
    ] as const) {
      const found: (MessageId | null)[] = [];
      let cursor: string | undefined;
      do {
        const page = await world.search.service.search(ada, { text, limit: 50, cursor }, signal);
        found.push(...ids(page.items));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(found).toEqual(expected.toReversed());
    }
  }, 60_000);

  it('takes a message of a megabyte and a line without spaces', async () => {
    const chat = await begin(ada);
    const long = Array.from({ length: 60_000 }, (_none, index) => `word${index}`).join(' ');
    await say(ada, chat, `firstword ${long}`);
    await say(ada, chat, `endless${'x'.repeat(200_000)}`);
    expect(await find(ada, 'firstword')).toHaveLength(1);
    expect((await find(ada, 'endlessxxx'))[0]?.snippet.text.length).toBeLessThan(400);
  });
});

describe('the index', () => {
  it('follows edits, titles and deletions', async () => {
    const chat = await begin(ada, { title: 'Oldtitle' });
    const id = await say(ada, chat, 'oldword');
    expect(await find(ada, 'oldword')).toHaveLength(1);
    await world.repositories.messages.editText(ada, chat, id, { part: 0, text: 'newword', at: new Date(world.now()) });
    expect(await find(ada, 'oldword')).toEqual([]);
    expect(await find(ada, 'newword')).toHaveLength(1);
    await world.repositories.conversations.update(ada, chat, { title: 'Newtitle' });
    expect(await find(ada, 'oldtitle')).toEqual([]);
    expect(await find(ada, 'newtitle')).toHaveLength(1);
    await world.repositories.messages.removeAll(chat);
    expect(await find(ada, 'newword')).toEqual([]);
    await world.repositories.conversations.markDeleted(ada, chat, new Date(world.now()));
    expect(await find(ada, 'newtitle')).toEqual([]);
  });

  it('has an answer only when it is finished', async () => {
    const chat = await begin(ada);
    const running = { role: 'assistant', status: 'running' } as const;
    const id = await say(ada, chat, 'unfinishedword', running);
    expect(await find(ada, 'unfinishedword')).toEqual([]);
    const parts = [{ type: 'text' as const, step: 0, text: 'finishedword' }];
    const createdAt = new Date(world.now()).toISOString();
    await world.repositories.messages.finish({
      id,
      conversationId: chat,
      parentId: null,
      role: 'assistant',
      status: 'done',
      parts,
      createdAt,
    });
    expect(await find(ada, 'finishedword')).toHaveLength(1);
  });

  it('never has a temporary chat, until it is kept', async () => {
    const chat = await begin(ada, { title: 'Secrettitle', expiresAt: new Date(world.now() + 1e9) });
    await say(ada, chat, 'secretword');
    expect(await find(ada, 'secret')).toEqual([]);
    const entries = world.database.connection.collection('search_entries');
    expect(await entries.countDocuments({ conversationId: chat })).toBe(0);
    await world.repositories.conversations.update(ada, chat, { expiresAt: null });
    await world.search.indexer.catchUp();
    expect(await find(ada, 'secret')).toHaveLength(2);
  });

  it('is complete after a crash between its write and the mark', async () => {
    const chat = await begin(ada);
    const id = await say(ada, chat, 'crashword');
    const { searchSource } = world.repositories;
    const source = { ...searchSource, markMessages: () => Promise.reject(new Error('killed')) };
    const killed = world.createSearch({ source });
    await expect(killed.indexer.catchUp()).rejects.toThrow('killed');
    expect(ids(await find(ada, 'crashword'))).toEqual([id]);
  });

  it('keeps nothing of what is deleted while it reads it', async () => {
    const [kept, doomed] = [await begin(ada), await begin(ada, { title: 'Doomedtitle' })];
    const said = [await say(ada, kept, 'doomedword'), await say(ada, doomed, 'doomedword')];
    const { searchIndex, conversations, messageTrees } = world.repositories;
    const index = {
      ...searchIndex,
      async put(entries: Parameters<typeof searchIndex.put>[0]) {
        await messageTrees.markDeleted({ userId: ada, conversationId: kept }, said, new Date(world.now()));
        await conversations.markDeleted(ada, doomed, new Date(world.now()));
        await searchIndex.removeConversation(doomed);
        await searchIndex.put(entries);
      },
    };
    await world.createSearch({ index }).indexer.catchUp();
    const entries = world.database.connection.collection('search_entries');
    expect(await entries.find({ userId: ada }).toArray()).toMatchObject([{ kind: 'title', conversationId: kept }]);
  });

  it('keeps an edit that is made while it reads the words before it', async () => {
    const chat = await begin(ada);
    const id = await say(ada, chat, 'racebefore');
    const { searchIndex } = world.repositories;
    const index = {
      ...searchIndex,
      async put(entries: Parameters<typeof searchIndex.put>[0]) {
        await searchIndex.put(entries);
        await world.repositories.messages.editText(ada, chat, id, {
          part: 0,
          text: 'raceafter',
          at: new Date(world.now() + 1),
        });
      },
    };
    await world.createSearch({ index }).indexer.catchUp();
    expect(await find(ada, 'raceafter')).toHaveLength(1);
    expect(await find(ada, 'racebefore')).toEqual([]);
  });
});

describe('nobody', () => {
  it('finds anything of anybody else, whatever they ask for', async () => {
    const eve = person();
    const chat = await begin(ada, { title: 'Private plans' });
    const id = await say(ada, chat, 'the password is swordfish .* $ne');
    await world.search.indexer.catchUp();
    const cursor = Buffer.from(`0.864000000000000.${id}`).toString('base64url');
    const words = fc.constantFrom('password', 'sword', '.*', '$ne', 'private', '"the password"', 'p', '{', 'e', '中');
    const asked = fc.oneof(
      fc.array(words, { maxLength: 4 }).map((all) => all.join(' ')),
      fc.string({ maxLength: 30 }),
    );
    const { signal } = new AbortController();
    await fc.assert(
      fc.asyncProperty(asked, async (text) => {
        expect((await world.search.service.search(eve, { text, limit: 20, cursor }, signal)).items).toEqual([]);
        expect((await world.search.service.search(eve, { text, limit: 20 }, signal)).items).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is shown what an entry of theirs wrongly leads to', async () => {
    const eve = person();
    const chat = await begin(ada, { title: 'Hers' });
    const messageId = await say(ada, chat, 'forgedword');
    const entry = {
      id: randomUUID(),
      userId: eve,
      conversationId: chat,
      messageId,
      at: new Date(),
      words: ['forgedword'],
    };
    await world.repositories.searchIndex.put([entry]);
    expect(await find(eve, 'forgedword')).toEqual([]);
  });
});
