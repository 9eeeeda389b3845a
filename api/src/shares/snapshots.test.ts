import { randomUUID } from 'node:crypto';
import {
  agentIdSchema,
  commandIdSchema,
  fileIdSchema,
  messageIdSchema,
  mostShares,
  shareIdSchema,
} from '@parley/contracts';
import type { Message, MessageId, MessagePart, Share } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSharedLinks } from '../config/shared-links.ts';
import { newConversationId, newUserId, openMessageRooms, text } from '../conversations/__fixtures__/message-rooms.ts';
import type { MessageRooms, Talk } from '../conversations/__fixtures__/message-rooms.ts';
import { createMortalProcess } from '../generations/__fixtures__/mortal-process.ts';
import { createShareService } from './share-service.ts';
import { createSharedChats } from './shared-chats.ts';
import { toSharedMessage } from './shared-message.ts';

let rooms: MessageRooms;
let clock = Date.now();

beforeAll(async () => {
  rooms = await openMessageRooms();
});
afterAll(() => rooms.close());

/** A process that works on links. */
function process(mortal: <T extends object>(store: T) => T = (store) => store) {
  const { repositories } = rooms;
  const stores = {
    shares: mortal(repositories.shares),
    conversations: mortal(repositories.conversations),
    trees: mortal(repositories.messageTrees),
    copies: mortal(repositories.conversationCopies),
    allowed: openSharedLinks,
    now: () => clock,
  };
  const sharedChats = createSharedChats({
    ...stores,
    defaultAnswerer: { endpoint: 'Scripted', model: 'scripted-1' },
    isReserved: () => false,
    announcer: { announce: () => undefined },
  });
  return { shares: createShareService(stores), sharedChats };
}

const nobodyAsked = () => Promise.reject(new Error('Nobody should be asked.'));

async function shownBy(token: string): Promise<string[]> {
  const { messages } = await process().sharedChats.read(token, 0, nobodyAsked);
  return messages.map(({ parts: [part] }) => (part?.type === 'text' ? part.text : ''));
}

async function shareTalk(talk: Talk, upTo: number): Promise<Share> {
  return await process().shares.create(talk.userId, wishFor(talk, upTo));
}

const wishFor = ({ conversationId, ids }: Talk, upTo: number) => ({
  conversationId,
  messageId: ids[upTo] ?? newMessageId(),
  access: 'public' as const,
  days: null,
});
const newMessageId = (): MessageId => messageIdSchema.parse(randomUUID());
const newTalk = () =>
  rooms.talk(
    newUserId(),
    ['one', 'two', 'three', 'four'].map((word) => ({ parts: text(word) })),
  );

/** More calls than any of these deeds makes. */
const points = Array.from({ length: 16 }, (_, lives) => lives);

describe('a process that dies', () => {
  it.each(points)('after %i calls while it updates a link leaves the old snapshot or the new one', async (lives) => {
    const talk = await newTalk();
    const share = await shareTalk(talk, 1);
    const { mortal } = createMortalProcess(lives);
    const change = { messageId: talk.ids[3] };
    await process(mortal)
      .shares.update(talk.userId, share.id, change)
      .catch((error: unknown) => error);
    const whole = ['one', 'two', 'three', 'four'];
    expect([whole.slice(0, 2), whole]).toContainEqual(await shownBy(share.token));
    const updated = await process().shares.update(talk.userId, share.id, change);
    expect(updated).toMatchObject({ token: share.token, messages: 4 });
    expect(await shownBy(share.token)).toEqual(whole);
  });

  it.each(points)('after %i calls while it makes a link leaves none, or a whole one', async (lives) => {
    const talk = await newTalk();
    const { mortal } = createMortalProcess(lives);
    await process(mortal)
      .shares.create(talk.userId, wishFor(talk, 3))
      .catch((error: unknown) => error);
    for (const { token } of await process().shares.list(talk.userId)) expect(await shownBy(token)).toHaveLength(4);
    clock += 3_600_000;
    await process().shares.finishRemovals();
    const left = await process().shares.list(talk.userId);
    expect(await rooms.repositories.shares.count(talk.userId)).toBe(left.length);
  });

  it.each(points)('after %i calls while it copies leaves nothing to be seen, or all of it', async (lives) => {
    const talk = await newTalk();
    const { token } = await shareTalk(talk, 3);
    const reader = newUserId();
    const to = newConversationId();
    const { mortal } = createMortalProcess(lives);
    await process(mortal)
      .sharedChats.copy(reader, token, to)
      .catch((error: unknown) => error);
    const seen = await rooms.repositories.conversations.find(reader, to);
    const shown = seen === undefined ? [] : await rooms.list({ userId: reader, conversationId: to });
    expect(shown).toHaveLength(seen === undefined ? 0 : 4);
    await process().sharedChats.copy(reader, token, to);
    expect(await rooms.list({ userId: reader, conversationId: to })).toHaveLength(4);
  });
});

it('ends when its time is up, and goes on when it is given more', async () => {
  const talk = await newTalk();
  const { shares } = process();
  const { id, token } = await shares.create(talk.userId, { ...wishFor(talk, 0), days: 1 });
  clock += 24 * 3_600_000;
  await expect(shownBy(token)).rejects.toMatchObject({ code: 'share-not-found' });
  await shares.update(talk.userId, id, { days: 7 });
  expect(await shownBy(token)).toEqual(['one']);
});

it('are so many and no more', async () => {
  const talk = await newTalk();
  const { conversationId, userId } = talk;
  const createdAt = new Date(clock);
  const { days: _days, ...wish } = wishFor(talk, 0);
  const kept = { ...wish, userId, conversationId, title: '', createdAt, updatedAt: createdAt };
  for (let count = 0; count < mostShares; count += 1) {
    const id = shareIdSchema.parse(randomUUID());
    await rooms.repositories.shares.begin({ ...kept, id, token: id });
  }
  await expect(shareTalk(talk, 0)).rejects.toMatchObject({ code: 'shares-full' });
});

it('shows long chats some messages at a time, whatever their size', async () => {
  const told = Array.from({ length: 230 }, (_, index) => ({ parts: text(index === 3 ? 'x'.repeat(3e6) : 'short') }));
  const talk = await rooms.talk(newUserId(), told);
  const { token } = await shareTalk(talk, 229);
  let count = 0;
  for (let from: number | null = 0; from !== null;) {
    const page: Awaited<ReturnType<ReturnType<typeof process>['sharedChats']['read']>> =
      await process().sharedChats.read(token, from, nobodyAsked);
    expect(page.messages.length).toBeGreaterThan(0);
    count += page.messages.length;
    from = page.next;
  }
  expect(count).toBe(230);
  const reader = newUserId();
  const to = newConversationId();
  await process().sharedChats.copy(reader, token, to);
  expect(await rooms.list({ userId: reader, conversationId: to })).toHaveLength(230);
});

it('holds no word of what tools were given and gave, of reasoning, and no id', () => {
  const secret = fc.uuid({ version: 4 }).map((id) => `secret ${id}`);
  fc.assert(
    fc.property(fc.array(secret, { minLength: 12, maxLength: 12 }), fc.boolean(), (secrets, isNested) => {
      const [one = '', two = '', three = '', four = '', five = '', six = '', seven = '', eight = ''] = secrets;
      const call: MessagePart = {
        type: 'tool-call',
        step: 0,
        callId: one,
        name: 'search',
        title: 'Search',
        input: JSON.stringify({ q: two }),
        output: three,
        printed: four,
        state: 'done',
      };
      const agent = { id: agentIdSchema.parse(randomUUID()), version: 1, name: 'Helper' };
      const run = { agent, parts: [call], progress: { step: 0, attempt: 1, isBegun: false, isUsageHeld: false } };
      const file = { id: fileIdSchema.parse(randomUUID()), name: 'data.csv', size: 3, mimeType: 'text/csv' };
      const hidden = [agent.id, file.id, ...secrets.slice(0, 8)];
      const parts: MessagePart[] = [
        { type: 'text', step: 0, text: 'words' },
        { type: 'reasoning', step: 0, text: five },
        isNested ? { ...call, run } : call,
        { type: 'hand-off', step: 0, agent },
        { type: 'file', file },
        { type: 'quote', text: 'quoted', messageId: newMessageId() },
        { type: 'steer', step: 0, commandId: commandIdSchema.parse(randomUUID()), text: 'steered' },
        { type: 'source', step: 0, id: six, title: 'A page', url: 'https://example.org/', excerpt: seven },
        { type: 'source', step: 0, id: six, title: 'A chat', url: `/c/${eight}` },
        { type: 'error', code: 'upstream-error', title: six, detail: seven },
      ];
      const message: Message = {
        id: newMessageId(),
        conversationId: newConversationId(),
        parentId: newMessageId(),
        role: 'assistant',
        status: 'done',
        parts,
        createdAt: new Date(0).toISOString(),
        endpoint: eight,
        model: 'a-model',
        notices: [seven],
        feedback: { rating: 'down', comment: six },
        usage: { input: 1, output: 1 },
      };
      const shared = JSON.stringify(toSharedMessage(message));
      for (const word of [...hidden, message.id, message.conversationId, message.parentId ?? '']) {
        expect(shared).not.toContain(word);
      }
      for (const word of ['words', 'Search', 'Helper', 'data.csv', 'quoted', 'steered', 'https://example.org/']) {
        expect(shared).toContain(word);
      }
    }),
    { numRuns: 50 },
  );
});
