import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccountRooms } from './__fixtures__/account-rooms.ts';
import type { AccountRooms } from './__fixtures__/account-rooms.ts';
import { collectionsNaming, personalModels } from './__fixtures__/personal-documents.ts';

let rooms: AccountRooms;

beforeAll(async () => {
  rooms = await openAccountRooms();
});
afterAll(() => rooms.close());

/** What is kept on purpose: who decided something is still told apart from others, without a name. */
const kept = ['audit'];
const tenMinutes = 10 * 60_000;

describe('the end of an account', () => {
  it('leaves nothing of its person in any collection that has a field for one', async () => {
    const { user, actor } = await rooms.person();
    const { user: other } = await rooms.person();
    const before = await collectionsNaming(rooms.connection, other.id);
    expect(before.length).toBeGreaterThanOrEqual(personalModels(rooms.connection).length);
    const { removal } = rooms.process();
    await removal.removeAccount(actor, 'whatever');
    expect(await rooms.repositories.users.find(user.id)).toBeUndefined();
    await removal.finish();
    expect(await collectionsNaming(rooms.connection, user.id)).toEqual([...kept, 'removals']);
    // Requests that had begun before may store something for a while.
    rooms.wait(tenMinutes + 1);
    await removal.finish();
    expect(await collectionsNaming(rooms.connection, user.id)).toEqual(kept);
    expect(await collectionsNaming(rooms.connection, other.id)).toEqual(before);
  });

  it('lets nobody in any more at once, also no program with a key of theirs', async () => {
    const { user, actor } = await rooms.person();
    expect(await rooms.repositories.apiKeyRecords.list(user.id)).toHaveLength(1);
    const { removal } = rooms.process();
    await removal.removeAccount(actor, 'whatever');
    expect(await rooms.repositories.apiKeyRecords.list(user.id)).toEqual([]);
    await removal.finish();
  });

  it('removes what comes after it', async () => {
    const { user, actor } = await rooms.person();
    const { removal } = rooms.process();
    await removal.removeAccount(actor, 'whatever');
    await removal.finish();
    await rooms.repositories.personalRows.removeRows(user.id);
    const turn = { generationId: actor.sessionId as never, endpoint: 'E', model: 'm', at: new Date() };
    await rooms.repositories.conversations.begin(user.id, actor.sessionId as never, { title: 'Late' }, turn);
    await removal.finish();
    expect(await collectionsNaming(rooms.connection, user.id)).toEqual([...kept, 'removals']);
  });

  it('does not come for the only admin', async () => {
    const admin = (await rooms.repositories.users.findCredentials('admin@example.com'))?.user;
    if (admin === undefined) throw new Error('It is not there.');
    const { removal } = rooms.process();
    const actor = { userId: admin.id, role: admin.role, sessionId: admin.id as never };
    await expect(removal.removeAccount(actor, 'whatever')).rejects.toMatchObject({ code: 'last-admin' });
    expect(await rooms.repositories.removals.list()).not.toContainEqual(expect.objectContaining({ userId: admin.id }));
    expect(await removal.holdings(admin.id)).toMatchObject({ isOnlyAdmin: true });
  });
});

/** More calls than a removal makes. */
const mostCalls = 150;

describe('a process that dies while it removes an account', () => {
  it('leaves all of it or what the next process finishes, whenever it dies', async () => {
    let survived = 0;
    for (let lives = 0; lives < mostCalls && survived === 0; lives += 1) {
      const { user, actor } = await rooms.person();
      const before = await collectionsNaming(rooms.connection, user.id);
      const dying = rooms.process(lives);
      await dying.removal.removeAccount(actor, 'whatever').catch((error: unknown) => error);
      await dying.removal.finish().catch((error: unknown) => error);
      if (!dying.isDead()) survived = lives;
      const wasAskedFor = (await rooms.repositories.removals.list()).some(({ userId }) => userId === user.id);
      rooms.wait(tenMinutes + 1);
      const next = rooms.process().removal;
      await next.start();
      await next.stop();
      const left = await collectionsNaming(rooms.connection, user.id);
      expect(left, `after ${lives} calls`).toEqual(wasAskedFor ? kept : before);
    }
    expect(survived).toBeGreaterThan(40);
  }, 120_000);
});

describe('the end of all chats', () => {
  it('is whole or finished by the next process, whenever one dies, and leaves the rest', async () => {
    let survived = 0;
    for (let lives = 0; lives < mostCalls && survived === 0; lives += 1) {
      const { user, actor } = await rooms.person();
      const dying = rooms.process(lives);
      await dying.removal.removeConversations(actor).catch((error: unknown) => error);
      await dying.removal.finish().catch((error: unknown) => error);
      if (!dying.isDead()) survived = lives;
      const wasAskedFor =
        (await rooms.repositories.removals.list()).some(({ userId }) => userId === user.id) ||
        (await rooms.repositories.conversations.count(user.id)) === 0;
      const next = rooms.process().removal;
      await next.start();
      await next.stop();
      const left = await collectionsNaming(rooms.connection, user.id);
      expect(left.includes('conversations'), `after ${lives} calls`).toBe(!wasAskedFor);
      expect(left.includes('messages')).toBe(!wasAskedFor);
      expect(left).toContain('presets');
    }
    expect(survived).toBeGreaterThan(5);
  }, 120_000);
});
