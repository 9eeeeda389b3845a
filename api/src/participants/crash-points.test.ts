import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema } from '@parley/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { createRepositories } from '../database/create-repositories.ts';
import { openDatabase } from '../database/open-database.ts';
import { createMortalProcess } from '../generations/__fixtures__/mortal-process.ts';
import { createParticipantService } from './participant-service.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'parley-participants-'));
const database = await openDatabase({ dataDir: folder }, pino({ level: 'silent' }));
const repositories = createRepositories(database.connection);
await database.createIndexes();
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

type Stores = Pick<typeof repositories, 'participants' | 'conversations' | 'generations'>;

/** A process that dies after so many calls of its stores, of which some may be told. */
function openProcess(lives: number, told: Partial<Stores> = {}) {
  const { mortal, isDead } = createMortalProcess(lives);
  const stores = { ...repositories, ...told };
  const service = createParticipantService({
    participants: mortal(stores.participants),
    conversations: mortal(stores.conversations),
    generations: mortal(stores.generations),
    users: mortal(repositories.users),
    stop: () => Promise.resolve(),
    shut: () => undefined,
    announcer: { announce: () => undefined },
    isOffered: true,
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  return { service, isDead };
}

const newPerson = async (name: string) =>
  await repositories.users.create({ email: `${randomUUID()}@example.com`, name, passwordHash: 'x' });

async function openChat() {
  const [owner, guest] = [await newPerson('Olga'), await newPerson('Gina')];
  const id = conversationIdSchema.parse(randomUUID());
  const turn = { generationId: generationIdSchema.parse(randomUUID()), endpoint: 'E', model: 'm', at: new Date() };
  await repositories.conversations.begin(owner.id, id, { title: 'Hello' }, turn);
  return { owner, guest, id };
}

/** Who takes part, as the collection and as the conversation have it. */
async function standOf({ owner, id }: Awaited<ReturnType<typeof openChat>>) {
  const rows = await repositories.participants.list(id);
  const shown = (await repositories.conversations.find(owner.id, id))?.participants ?? [];
  return {
    pending: rows.flatMap(({ pending }) => pending ?? []),
    rows: rows.length,
    shown: Math.max(0, shown.length - 1),
  };
}

it.each(Array.from({ length: 14 }, (_, lives) => lives))('inviting dies after %d calls', async (lives) => {
  const chat = await openChat();
  await openProcess(lives)
    .service.invite(chat.owner.id, chat.id, chat.guest.id)
    .catch(() => undefined);
  await openProcess(Infinity).service.finishPending();
  const stand = await standOf(chat);
  expect(stand.pending).toEqual([]);
  expect(stand.shown).toBe(stand.rows);
  await openProcess(Infinity).service.invite(chat.owner.id, chat.id, chat.guest.id);
  expect(await standOf(chat)).toEqual({ pending: [], rows: 1, shown: 1 });
});

it.each(Array.from({ length: 10 }, (_, lives) => lives))('removing dies after %d calls', async (lives) => {
  const chat = await openChat();
  const whole = openProcess(Infinity).service;
  await whole.invite(chat.owner.id, chat.id, chat.guest.id);
  await openProcess(lives)
    .service.remove({ ownerId: chat.owner.id }, chat.id, chat.guest.id)
    .catch(() => undefined);
  await whole.finishPending();
  const stand = await standOf(chat);
  expect(stand.pending).toEqual([]);
  expect(stand.shown).toBe(stand.rows);
  await whole.remove({ ownerId: chat.owner.id }, chat.id, chat.guest.id);
  expect(await standOf(chat)).toEqual({ pending: [], rows: 0, shown: 0 });
});

it('twenty people fit into a chat, and of two who come last in one moment one', async () => {
  const chat = await openChat();
  const { service } = openProcess(Infinity);
  const invite = async () => await service.invite(chat.owner.id, chat.id, (await newPerson('P')).id);
  for (let index = 0; index < 19; index += 1) await invite();
  const both = await Promise.allSettled([invite(), invite()]);
  expect(both.some(({ status }) => status === 'rejected')).toBe(true);
  const { rows, shown } = await standOf(chat);
  expect(rows).toBeLessThanOrEqual(20);
  expect(shown).toBe(rows);
});

it('of two people who are invited in one moment both are shown, whoever is written down last', async () => {
  const chat = await openChat();
  const { conversations } = repositories;
  const [late, written] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const slow = openProcess(Infinity, {
    conversations: {
      ...conversations,
      async setParticipants(...change) {
        written.resolve(undefined);
        await late.promise;
        return await conversations.setParticipants(...change);
      },
    },
  });
  const first = slow.service.invite(chat.owner.id, chat.id, chat.guest.id);
  await written.promise;
  await openProcess(Infinity).service.invite(chat.owner.id, chat.id, (await newPerson('Omar')).id);
  late.resolve(undefined);
  await first;
  expect(await standOf(chat)).toEqual({ pending: [], rows: 2, shown: 2 });
});

it('who is invited again while an earlier removal is being finished stays', async () => {
  const chat = await openChat();
  const whole = openProcess(Infinity).service;
  await whole.invite(chat.owner.id, chat.id, chat.guest.id);
  const { generations } = repositories;
  const slow = openProcess(Infinity, {
    generations: {
      ...generations,
      async dequeueAsker(...asked) {
        await generations.dequeueAsker(...asked);
        await whole.remove({ ownerId: chat.owner.id }, chat.id, chat.guest.id);
        await whole.invite(chat.owner.id, chat.id, chat.guest.id);
      },
    },
  });
  await slow.service.remove({ ownerId: chat.owner.id }, chat.id, chat.guest.id);
  expect(await standOf(chat)).toEqual({ pending: [], rows: 1, shown: 1 });
});

it('a removal that cannot be finished keeps no other from it, nor the server from its start', async () => {
  const [bad, good] = [await openChat(), await openChat()];
  const { generations, participants } = repositories;
  for (const { owner, guest, id } of [bad, good]) {
    await openProcess(Infinity).service.invite(owner.id, id, guest.id);
    await participants.beginLeaving(id, guest.id);
  }
  const dequeueAsker: typeof generations.dequeueAsker = (id, asker) =>
    id === bad.id ? Promise.reject(new Error('Not now.')) : generations.dequeueAsker(id, asker);
  await openProcess(Infinity, { generations: { ...generations, dequeueAsker } }).service.finishPending();
  expect([await standOf(bad), await standOf(good)]).toMatchObject([{ rows: 1 }, { rows: 0 }]);
  await openProcess(Infinity).service.finishPending();
  expect((await standOf(bad)).rows).toBe(0);
});
