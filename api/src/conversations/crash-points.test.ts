import type { Message } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newConversationId, newUserId, openMessageRooms, text } from './__fixtures__/message-rooms.ts';
import type { MessageRooms, Talk } from './__fixtures__/message-rooms.ts';

let rooms: MessageRooms;

beforeAll(async () => {
  rooms = await openMessageRooms();
});
afterAll(() => rooms.close());

/** More calls than any of these deeds makes. */
const mostCalls = 60;

const texts = (messages: readonly Message[]): string[] =>
  messages.map(({ parts: [part] }) => (part?.type === 'text' ? part.text : ''));

/** A tree as it may be shown: every message but the first hangs on another. */
function expectWhole(messages: readonly Message[]): void {
  const ids = new Set(messages.map(({ id }) => id));
  expect(messages.filter(({ parentId }) => parentId !== null && !ids.has(parentId))).toEqual([]);
}

async function newTalk(): Promise<Talk> {
  return await rooms.talk(newUserId(), [
    { parts: text('one') },
    { parts: text('two') },
    { parts: text('three') },
    { parts: text('four') },
    { parts: text('three again'), after: 1, role: 'user' },
    { parts: text('four again') },
  ]);
}

describe('a process that dies while it deletes', () => {
  const points = Array.from({ length: mostCalls }, (_, lives) => lives);

  it.each(points)('after %i calls leaves a whole tree, which the next process finishes', async (lives) => {
    const talk = await newTalk();
    const [, , third] = talk.ids;
    if (third === undefined) throw new Error('It is not there.');
    const dying = rooms.dying(lives);
    const path = { ...talk, messageId: third };
    const outcome = await dying.messages.remove(path).catch((error: unknown) => error);
    const left = await rooms.list(talk);
    expectWhole(left);
    const isGone = !texts(left).includes('three');
    expect(texts(left)).toEqual(
      isGone
        ? ['one', 'two', 'three again', 'four again']
        : ['one', 'two', 'three', 'four', 'three again', 'four again'],
    );
    expect(Array.isArray(outcome)).toBe(!dying.isDead());
    await rooms.finishRemovals();
    expect(texts(await rooms.list(talk))).toEqual(texts(left));
    const places = await rooms.repositories.messageTrees.places(talk);
    expect(places).toHaveLength(isGone ? 4 : 6);
  });

  it('has somebody who asks again finish it', async () => {
    for (const lives of points) {
      const talk = await newTalk();
      const [, , third] = talk.ids;
      if (third === undefined) throw new Error('It is not there.');
      const path = { ...talk, messageId: third };
      const died = await rooms
        .dying(lives)
        .messages.remove(path)
        .then(
          () => false,
          () => true,
        );
      if (died) await rooms.messages.remove(path).catch((error: unknown) => error);
      expect(await rooms.repositories.messageTrees.places(talk)).toHaveLength(4);
    }
  });
});

const whole = ['one', 'two', 'three', 'four'];

/** Has a process die in the middle of a fork; what is seen of it then. */
async function dieInFork(lives: number) {
  const talk = await newTalk();
  const [, , , fourth] = talk.ids;
  if (fourth === undefined) throw new Error('It is not there.');
  const to = newConversationId();
  const fork = { conversationId: to, messageId: fourth, scope: 'path' } as const;
  const dying = rooms.dying(lives);
  await dying.forks.fork(talk.userId, talk.conversationId, fork).catch((error: unknown) => error);
  const seen = await rooms.repositories.conversations.find(talk.userId, to);
  const place = { userId: talk.userId, conversationId: to };
  return { talk, fork, to, place, shown: seen === undefined ? undefined : texts(await rooms.list(place)) };
}

describe('a process that dies while it forks', () => {
  const points = Array.from({ length: mostCalls }, (_, lives) => lives);
  it.each(points)(
    'after %i calls leaves nothing to be seen, or all of it, and whoever asks again all',
    async (lives) => {
      const { talk, fork, place, shown } = await dieInFork(lives);
      expect([undefined, whole]).toContainEqual(shown);
      await rooms.forks.fork(talk.userId, talk.conversationId, fork);
      expect(texts(await rooms.list(place))).toEqual(whole);
      expect(await rooms.list(talk)).toHaveLength(6);
    },
  );

  it('has what is left of it removed at the next start', async () => {
    for (const lives of points) {
      const { talk, to, shown } = await dieInFork(lives);
      await rooms.forks.abandonUnfinished();
      const begun = await rooms.repositories.conversationCopies.find(to);
      const isDeleted = (await rooms.repositories.conversations.listDeleted()).includes(to);
      expect(isDeleted).toBe(begun !== undefined && shown === undefined);
      const seen = await rooms.repositories.conversations.find(talk.userId, to);
      expect(seen === undefined).toBe(shown === undefined);
    }
  });
});
