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

/** A process that dies after so many calls of its stores. */
function openProcess(lives: number) {
  const { mortal, isDead } = createMortalProcess(lives);
  const service = createParticipantService({
    participants: mortal(repositories.participants),
    conversations: mortal(repositories.conversations),
    generations: mortal(repositories.generations),
    users: mortal(repositories.users),
    stop: () => Promise.resolve(),
    shut: () => undefined,
    announcer: { announce: () => undefined },
    isOffered: true,
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
  expect((await standOf(chat)).rows).toBeLessThanOrEqual(20);
});
