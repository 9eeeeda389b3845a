import type { MessageId, SearchHit, UserId } from '@parley/contracts';
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
  ada = world.person();
  world.share([]);
});

const ids = (hits: readonly SearchHit[]) => hits.map(({ messageId }) => messageId);

describe('a search in shared chats', () => {
  it('looks in what others share, too, and says whose it is and who wrote it', async () => {
    const [bea, cleo] = [world.person(), world.person()];
    const [own, ofBea, ofCleo, unshared] = [
      await world.begin(ada),
      await world.begin(bea),
      await world.begin(cleo),
      await world.begin(bea),
    ];
    const name = 'Bea';
    const oldest = await world.say(bea, ofBea, 'sharedword');
    const mine = await world.say(ada, own, 'sharedword');
    const asGuest = await world.say(bea, ofBea, 'sharedword', { author: { id: ada, name: 'Ada' } });
    const answer = await world.say(cleo, ofCleo, 'sharedword', { role: 'assistant', model: 'm' });
    await world.say(bea, unshared, 'sharedword');
    world.share([
      [ada, { conversationId: ofBea, ownerId: bea, ownerName: name }],
      [ada, { conversationId: ofCleo, ownerId: cleo, ownerName: 'Cleo' }],
    ]);
    const hits = await world.find(ada, 'sharedword');
    expect(ids(hits)).toEqual([answer, asGuest, mine, oldest]);
    expect(hits.map(({ author }) => author?.name)).toEqual([undefined, undefined, undefined, name]);
    expect(hits.map(({ sharedBy }) => sharedBy?.name)).toEqual(['Cleo', name, undefined, name]);
    expect(ids(await world.find(ada, 'sharedword', { shared: true }))).toEqual([answer, asGuest, oldest]);
    expect(ids(await world.find(ada, 'sharedword', { shared: false }))).toEqual([mine]);
    expect(ids(await world.find(ada, 'sharedword', { shared: true, role: 'user' }))).toEqual([asGuest, oldest]);
    // Tags and the archive are the owner's.
    await world.repositories.conversations.update(bea, ofBea, { archived: true });
    expect(ids(await world.find(ada, 'sharedword', { shared: true, archived: false }))).toEqual([
      answer,
      asGuest,
      oldest,
    ]);
    expect(await world.find(ada, 'sharedword', { shared: true, archived: true })).toEqual([]);
    expect(await world.find(ada, 'sharedword', { shared: true, tag: 'x' })).toEqual([]);
    expect((await world.find(bea, 'sharedword')).find(({ messageId }) => messageId === asGuest)?.author?.name).toBe(
      'Ada',
    );
    world.share([]);
    expect(ids(await world.find(ada, 'sharedword'))).toEqual([mine]);
    expect(await world.find(ada, 'sharedword', { shared: true })).toEqual([]);
  });

  it('comes in pages that together are the whole, also over the chats of several people', async () => {
    const owners = [ada, world.person(), world.person()];
    const shared: Parameters<SearchWorld['share']>[0][number][] = [];
    const said: MessageId[] = [];
    for (const [number, owner] of owners.entries()) {
      const chat = await world.begin(owner);
      if (number > 0) shared.push([ada, { conversationId: chat, ownerId: owner, ownerName: 'Somebody' }]);
      for (let index = 0; index < 15; index += 1)
        said.push(await world.say(owner, chat, `pageword ${index % 2 ? 'x' : ''}`));
    }
    world.share(shared);
    await world.search.indexer.catchUp();
    const { signal } = new AbortController();
    const found: (MessageId | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.search.service.search(ada, { text: 'pageword', limit: 7, cursor }, signal);
      found.push(...ids(page.items));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(said.toReversed());
  });
});
