import { randomUUID } from 'node:crypto';
import {
  conversationIdSchema,
  conversationRoutes,
  conversationSchema,
  projectIdSchema,
  projectRoutes,
  projectSchema,
  tagRoutes,
} from '@parley/contracts';
import type {
  Conversation,
  ConversationId,
  Project,
  Route,
  RouteArguments,
  StartGenerationBody,
} from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { problemOf, read, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { TestUser } from '../test-client.ts';

const { app, close } = await startScriptedChat();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

async function talk(text: string, more: Partial<StartGenerationBody> = {}): Promise<ConversationId> {
  const { conversationId, generationId } = await start(app, user, { text, more });
  await read(app, user, generationId);
  await vi.waitFor(async () => expect((await get(conversationId)).runningGenerationId).toBeNull(), 20_000);
  return conversationId;
}

async function get(id: ConversationId): Promise<Conversation> {
  return conversationSchema.parse(await (await app.send(conversationRoutes.get, { params: { id } }, user)).json());
}

async function titles(query: RouteArguments<typeof conversationRoutes.list>['query']): Promise<string[]> {
  const response = await app.send(conversationRoutes.list, { query }, user);
  const { items } = z.object({ items: z.array(conversationSchema) }).parse(await response.json());
  return items.map(({ title }) => title);
}

async function change(id: ConversationId, body: object): Promise<Response> {
  return await app.send(conversationRoutes.update, { params: { id }, body }, user);
}

async function changed(id: ConversationId, body: object): Promise<Conversation> {
  const response = await change(id, body);
  expect(response.status).toBe(200);
  return conversationSchema.parse(await response.json());
}

async function answer<T>(schema: z.ZodMiniType<T>, route: Route, input: object, as = user): Promise<T> {
  const response = await app.send(route, input, as);
  expect(response.status).toBeLessThan(300);
  return z.parse(schema, await response.json());
}

async function newProject(name: string, as = user): Promise<Project> {
  return await answer(projectSchema, projectRoutes.create, { body: { name } }, as);
}

async function tags() {
  const counts = z.object({ items: z.array(z.object({ tag: z.string(), count: z.number() })) });
  return (await answer(counts, tagRoutes.list, {})).items;
}

async function names(): Promise<string[]> {
  const { items } = await answer(z.object({ items: z.array(projectSchema) }), projectRoutes.list, {});
  return items.map(({ name }) => name);
}

const outcomesSchema = z.object({ outcomes: z.array(z.object({ id: z.string(), problem: z.nullable(z.string()) })) });
const bulk = async (ids: readonly string[], what: object) =>
  (await answer(outcomesSchema, conversationRoutes.bulk, { body: { ids, change: what } })).outcomes;

describe('tags', () => {
  it('are any text, and filter the list', async () => {
    const [one, two] = [await talk('One'), await talk('Two')];
    expect((await changed(one, { tags: ['👩‍🌾', ' .* ', '👩‍🌾'] })).tags).toEqual(['👩‍🌾', '.*']);
    await changed(two, { tags: ['.'] });
    expect(await titles({ tag: '👩‍🌾' })).toEqual(['One']);
    expect(await titles({ tag: '.*' })).toEqual(['One']);
    expect(await titles({ tag: '.' })).toEqual(['Two']);
    expect(await titles({ tag: 'o' })).toEqual([]);
    expect((await changed(one, { tags: [] })).tags).toBeUndefined();
  });

  it('are the same however they were typed', async () => {
    const id = await talk('One');
    await changed(id, { tags: ['cafe\u0301'] });
    expect(await titles({ tag: 'caf\u00e9' })).toEqual(['One']);
  });

  it.each([
    ['one of 51 characters', ['x'.repeat(51)]],
    ['an empty one', [' ']],
    ['one with a line break', ['a\nb']],
    ['21 of them', Array.from({ length: 21 }, (_, index) => `tag ${index}`)],
    ['a text', 'tag'],
  ])('are refused: %s', async (_name, wanted) => {
    const id = await talk('One');
    const response = await change(id, { tags: wanted });
    expect((await problemOf(response)).code).toBe('invalid-request');
  });

  it('are counted, renamed and taken off everywhere, and only one’s own', async () => {
    const ids = [await talk('One'), await talk('Two'), await talk('Three')];
    await bulk(ids, { action: 'change', addTags: ['old', 'both'] });
    await changed(ids[2] ?? conversationIdSchema.parse(''), { archived: true });
    expect(await tags()).toEqual([
      { tag: 'both', count: 2 },
      { tag: 'old', count: 2 },
    ]);
    const stranger = await app.register();
    await app.send(tagRoutes.remove, { query: { tag: 'old' } }, stranger);
    const tab = await openTab(app.url, user.accessToken);
    await app.send(tagRoutes.rename, { body: { tag: 'old', name: 'both' } }, user);
    await vi.waitFor(() => expect(tab.news).toEqual([{ type: 'tag-changed', tag: 'old', name: 'both' }]), 10_000);
    tab.socket.disconnect();
    expect(await tags()).toEqual([{ tag: 'both', count: 2 }]);
    expect((await app.send(tagRoutes.remove, { query: { tag: 'both' } }, user)).status).toBe(204);
    expect(await tags()).toEqual([]);
  });
});

describe('tags that are given each other’s names', () => {
  it('never both go', async () => {
    const ids = [await talk('One'), await talk('Two'), await talk('Three')];
    for (let round = 0; round < 8; round += 1) {
      await bulk(ids, { action: 'change', addTags: ['a', 'b'] });
      await Promise.all([
        app.send(tagRoutes.rename, { body: { tag: 'a', name: 'b' } }, user),
        app.send(tagRoutes.rename, { body: { tag: 'b', name: 'a' } }, user),
      ]);
      for (const id of ids) expect((await get(id)).tags).toHaveLength(1);
    }
  });
});

describe('pins', () => {
  it('are a list of their own, in the order of their ranks', async () => {
    const [one, two, three] = [await talk('One'), await talk('Two'), await talk('Three')];
    await changed(one, { pin: 0 });
    await changed(two, { pin: 1 });
    await changed(three, { pin: 0.5 });
    expect(await titles({ pinned: 'true' })).toEqual(['One', 'Three', 'Two']);
    expect(await titles({ pinned: 'false' })).toEqual([]);
    expect(await titles({})).toEqual(['Three', 'Two', 'One']);
    await changed(three, { pin: null });
    expect(await titles({ pinned: 'true' })).toEqual(['One', 'Two']);
    expect((await changed(two, { archived: true })).pin).toBeUndefined();
    expect(await titles({ pinned: 'true' })).toEqual(['One']);
  });

  it('are dealt anew before there is no room between two', async () => {
    const [one, two] = [await talk('One'), await talk('Two')];
    await changed(one, { pin: 0 });
    let below = (await changed(two, { pin: 1 })).pin ?? 0;
    for (let turn = 0; turn < 40; turn += 1) {
      const [moving, staying] = turn % 2 === 0 ? [one, two] : [two, one];
      const rank = (await get(staying)).pin ?? 0;
      below = (await changed(moving, { pin: rank + 0.0001 })).pin ?? 0;
      expect(below).toBeGreaterThan((await get(staying)).pin ?? 0);
      expect(await titles({ pinned: 'true' })).toEqual(turn % 2 === 0 ? ['Two', 'One'] : ['One', 'Two']);
    }
  });

  it('end in one order when two devices move them at once', async () => {
    const ids = [await talk('One'), await talk('Two'), await talk('Three')];
    for (const [index, id] of ids.entries()) await changed(id, { pin: index });
    await Promise.all(ids.map((id) => change(id, { pin: 0.5 })));
    const order = await titles({ pinned: 'true' });
    expect(order.toSorted()).toEqual(['One', 'Three', 'Two']);
    const ranks = (await Promise.all(ids.map(get))).map(({ pin }) => pin);
    expect(new Set(ranks).size).toBe(3);
    expect(await titles({ pinned: 'true' })).toEqual(order);
  });

  it.each(['{"pin":NaN}', '{"pin":Infinity}', '{"pin":1e999}', '{"pin":"1"}', '{"pin":1e13}'])(
    'refuse %s',
    async (body) => {
      const id = await talk('One');
      const response = await fetch(`${app.url}/api/conversations/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${user.accessToken}` },
        body,
      });
      expect(response.status).toBe(400);
      expect((await get(id)).pin).toBeUndefined();
    },
  );
});

describe('projects', () => {
  it('hold conversations, which stay when they go', async () => {
    const [garden, house] = [await newProject('Garden'), await newProject('House')];
    const id = await talk('Roses', { projectId: garden.id });
    await talk('Elsewhere');
    expect(await titles({ projectId: garden.id })).toEqual(['Roses']);
    await changed(id, { projectId: house.id });
    expect(await titles({ projectId: house.id })).toEqual(['Roses']);
    const tab = await openTab(app.url, user.accessToken);
    expect((await app.send(projectRoutes.remove, { params: { id: house.id } }, user)).status).toBe(204);
    await vi.waitFor(() => expect(tab.news).toEqual([{ type: 'project-removed', projectId: house.id }]), 10_000);
    tab.socket.disconnect();
    expect((await get(id)).projectId).toBeUndefined();
    expect(await titles({})).toEqual(['Elsewhere', 'Roses']);
  });

  it('are nobody else’s', async () => {
    const stranger = await app.register();
    const { id } = await newProject('Secret', stranger);
    const conversation = await talk('One');
    const attempts = [
      await app.send(projectRoutes.get, { params: { id } }, user),
      await app.send(projectRoutes.update, { params: { id }, body: { name: 'Mine' } }, user),
      await app.send(projectRoutes.remove, { params: { id } }, user),
      await change(conversation, { projectId: id }),
      await app.send(
        conversationRoutes.bulk,
        { body: { ids: [conversation], change: { action: 'change', projectId: id } } },
        user,
      ),
    ];
    for (const response of attempts) expect((await problemOf(response)).code).toBe('project-not-found');
    expect((await get(conversation)).projectId).toBeUndefined();
    expect(await titles({ projectId: id })).toEqual([]);
  });

  it('keep the order they are given', async () => {
    const [one, two, three] = [await newProject('One'), await newProject('Two'), await newProject('Three')];
    expect(await names()).toEqual(['Three', 'Two', 'One']);
    const params = { id: one.id };
    await app.send(projectRoutes.update, { params, body: { position: two.position } }, user);
    await app.send(projectRoutes.update, { params, body: { position: three.position - 1 } }, user);
    expect(await names()).toEqual(['One', 'Three', 'Two']);
  });

  it.each([
    { name: ' ' },
    { name: 'x'.repeat(101) },
    { name: 'x', description: 'x'.repeat(1_001) },
    { name: 'x', instructions: 'x'.repeat(16_001) },
    { name: 'x', color: 'plaid' },
    { name: 'x', owner: 'me' },
  ])('refuse what is not one', async (body) => {
    expect((await app.send(projectRoutes.create, { body: body as never }, user)).status).toBe(400);
  });

  it('that do not exist cannot be asked for', async () => {
    const id = projectIdSchema.parse(randomUUID());
    expect((await app.send(projectRoutes.get, { params: { id } }, user)).status).toBe(404);
    expect((await app.send(projectRoutes.get, { params: { id: 'nonsense' } }, user)).status).toBe(400);
  });
});

describe('many at once', () => {
  it('are changed or deleted, each with its own outcome', async () => {
    const [one, two, three] = [await talk('One'), await talk('Two'), await talk('Three')];
    const owner = user;
    user = await app.register();
    const foreign = await talk('Foreign');
    const stranger = user;
    user = owner;
    const unknown = randomUUID();
    expect(await bulk([one, foreign, two, one, unknown], { action: 'change', archived: true })).toEqual([
      { id: one, problem: null },
      { id: foreign, problem: 'conversation-not-found' },
      { id: two, problem: null },
      { id: unknown, problem: 'conversation-not-found' },
    ]);
    expect(await titles({ archived: 'true' })).toEqual(['Two', 'One']);
    await bulk([one, foreign, three], { action: 'delete' });
    expect(await titles({})).toEqual([]);
    expect(await titles({ archived: 'true' })).toEqual(['Two']);
    user = stranger;
    expect(await titles({})).toEqual(['Foreign']);
  });

  it('have no more tags than one may have', async () => {
    const [full, empty] = [await talk('Full'), await talk('Empty')];
    await changed(full, { tags: Array.from({ length: 20 }, (_, index) => `tag ${index}`) });
    expect(await bulk([full, empty], { action: 'change', addTags: ['one more'] })).toEqual([
      { id: full, problem: 'tags-full' },
      { id: empty, problem: null },
    ]);
    await bulk([full], { action: 'change', addTags: ['one more'], removeTags: ['tag 0'] });
    expect((await get(full)).tags).toHaveLength(20);
  });

  it('have no more tags than one may have when two devices add them at once', async () => {
    const id = await talk('One');
    const adding = Array.from({ length: 30 }, (_, index) =>
      bulk([id], { action: 'change', addTags: [`tag ${index}`] }),
    );
    await Promise.all(adding);
    expect((await get(id)).tags).toHaveLength(20);
  });

  it('are told to other devices', async () => {
    const ids = [await talk('One'), await talk('Two')];
    const tab = await openTab(app.url, user.accessToken);
    await bulk(ids, { action: 'change', unread: true });
    await bulk(ids, { action: 'delete' });
    await vi.waitFor(
      () =>
        expect(tab.news.map(({ type }) => type)).toEqual([
          'conversation-changed',
          'conversation-changed',
          'conversation-removed',
          'conversation-removed',
        ]),
      10_000,
    );
    tab.socket.disconnect();
  });

  it.each([
    { ids: [], change: { action: 'delete' } },
    { ids: Array.from({ length: 201 }, () => randomUUID()), change: { action: 'delete' } },
    { ids: ['nonsense'], change: { action: 'delete' } },
    { ids: [randomUUID()], change: { action: 'change' } },
    { ids: [randomUUID()], change: { action: 'delete', archived: true } },
    { ids: [randomUUID()], change: { action: 'explode' } },
  ])('are refused when the request is not one', async (body) => {
    expect((await app.send(conversationRoutes.bulk, { body: body as never }, user)).status).toBe(400);
  });
});

describe('a temporary chat', () => {
  it('is in no list until it is kept, and reachable all the same', async () => {
    const id = await talk('Passing', { temporary: true });
    expect((await get(id)).expiresAt).toBeDefined();
    await changed(id, { tags: ['t'], pin: 1 });
    expect([await titles({}), await titles({ tag: 't' }), await titles({ pinned: 'true' })]).toEqual([[], [], []]);
    expect(await tags()).toEqual([]);
    expect((await changed(id, { expiresAt: null })).expiresAt).toBeUndefined();
    expect(await titles({})).toEqual(['Passing']);
    expect(await tags()).toEqual([{ tag: 't', count: 1 }]);
  });

  it('cannot be made of another one', async () => {
    const id = await talk('Lasting');
    expect((await change(id, { expiresAt: new Date().toISOString() })).status).toBe(400);
  });
});

describe('the list', () => {
  it('has marks that can be set and taken off', async () => {
    const id = await talk('One');
    expect((await changed(id, { unread: false })).unread).toBe(false);
    expect((await changed(id, { unread: true })).unread).toBe(true);
  });

  it('goes on where it was while things change around it', async () => {
    const ids = [];
    for (const name of ['One', 'Two', 'Three', 'Four']) ids.push(await talk(name, {}));
    await bulk(ids, { action: 'change', addTags: ['t'] });
    const pageSchema = z.object({ items: z.array(conversationSchema), nextCursor: z.nullable(z.string()) });
    const query = { tag: 't', limit: 2 };
    const first = await answer(pageSchema, conversationRoutes.list, { query });
    await changed(ids[3] ?? first.items[0]!.id, { tags: [] });
    await app.send(conversationRoutes.remove, { params: { id: ids[2] ?? first.items[0]!.id } }, user);
    const rest = await answer(pageSchema, conversationRoutes.list, { query: { ...query, cursor: first.nextCursor } });
    expect(first.items.map(({ title }) => title)).toEqual(['Four', 'Three']);
    expect(rest.items.map(({ title }) => title)).toEqual(['Two', 'One']);
    expect(rest.nextCursor).toBeNull();
  });
});
