import { randomUUID } from 'node:crypto';
import {
  commandIdSchema,
  conversationIdSchema,
  generationIdSchema,
  longestQueue,
  messageIdSchema,
  userIdSchema,
} from '@parley/contracts';
import type { ConversationId, GenerationId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore } from '../__fixtures__/open-test-store.ts';
import type { TestStore } from '../__fixtures__/open-test-store.ts';
import { connectDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import type { GenerationDocument, QueuedPromptDocument } from '../schemas/generation-document.ts';
import { createGenerationRepository, mostCommands } from './generation-repository.ts';
import type { GenerationRepository, RunningGeneration } from './generation-repository.ts';

let store: TestStore;
let database: Database;
let generations: GenerationRepository;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  generations = createGenerationRepository(database.connection);
  await database.createIndexes();
});
afterAll(async () => {
  await database.close();
  await store.close();
});

const newId = (): GenerationId => generationIdSchema.parse(randomUUID());
const newConversation = (): ConversationId => conversationIdSchema.parse(randomUUID());

function turn(change: Partial<RunningGeneration> = {}): RunningGeneration {
  return {
    id: newId(),
    userId: userIdSchema.parse(randomUUID()),
    conversationId: newConversation(),
    startsConversation: true,
    parentMessageId: null,
    userMessageId: messageIdSchema.parse(randomUUID()),
    responseMessageId: messageIdSchema.parse(randomUUID()),
    endpoint: 'Scripted',
    model: 'scripted-1',
    requestHash: 'hash',
    prompt: '$status and $$NOW are ordinary words here',
    createdAt: new Date(),
    status: 'running',
    epoch: 0,
    interruptions: 0,
    tools: [],
    workedMs: 0,
    startedBy: null,
    queue: [],
    commands: [],
    ...change,
  };
}

async function created(change?: Partial<RunningGeneration>, owner = 'first'): Promise<RunningGeneration> {
  const generation = turn(change);
  expect(await generations.create(generation, owner)).toBe('created');
  return generation;
}

function queued(generationId = newId()): QueuedPromptDocument {
  const createdAt = new Date();
  return { generationId, text: 'Next', endpoint: 'Scripted', model: 'scripted-1', createdAt, queuedBy: null };
}

/** Lets so many milliseconds pass for the leases, and for nothing else. */
async function age(id: GenerationId, milliseconds: number): Promise<void> {
  const documents = database.connection.collection<GenerationDocument>('generations');
  const stages = [{ $set: { leaseExpiresAt: { $subtract: ['$leaseExpiresAt', milliseconds] } } }];
  await documents.updateOne({ _id: id }, stages);
}

describe('a generation record', () => {
  it('is stored as it was given, once', async () => {
    const generation = await created({ queue: [queued()] });
    expect(await generations.listUnended(generation.conversationId)).toEqual([generation]);
    expect(await generations.create(turn({ id: generation.id }), 'second')).toBe('id-taken');
    const other = turn({ conversationId: generation.conversationId });
    expect(await generations.create(other, 'second')).toBe('conversation-busy');
    expect(await generations.find(other.id)).toBeUndefined();
  });

  it('frees its conversation when it ends, and ends once', async () => {
    const { id, conversationId } = await created();
    expect(await generations.finish(id, 'failed')).toBe(true);
    expect(await generations.finish(id, 'done')).toBe(false);
    expect(await generations.find(id)).toMatchObject({ status: 'failed' });
    expect(await generations.listUnended(conversationId)).toEqual([]);
    await created({ conversationId });
  });
});

describe('a lease', () => {
  it('lasts ten seconds by the clock of the database', async () => {
    const { id } = await created();
    expect(await generations.takeOver(id, 'second', 'abandoned')).toBeUndefined();
    await age(id, 9_000);
    expect(await generations.takeOver(id, 'second', 'abandoned')).toBeUndefined();
    expect(await generations.listAbandoned()).not.toContainEqual(expect.objectContaining({ id }));
    await age(id, 1_000);
    expect(await generations.listAbandoned()).toContainEqual(expect.objectContaining({ id }));
    expect(await generations.takeOver(id, 'second', 'abandoned')).toMatchObject({ epoch: 1, interruptions: 1 });
    expect(await generations.takeOver(id, 'third', 'abandoned')).toBeUndefined();
    expect(await generations.takeOver(id, 'third', 'any')).toMatchObject({ epoch: 2, interruptions: 2 });
  });

  it('is renewed for those that hold it, in one go', async () => {
    const mine = await Promise.all([created(), created(), created()]);
    const [lost, ...kept] = mine.map(({ id }) => id);
    for (const { id } of mine) await age(id, 11_000);
    await generations.takeOver(lost!, 'second', 'abandoned');
    expect(await generations.renew([lost!, ...kept], 'first')).toEqual(new Set(kept));
    for (const id of kept) expect(await generations.takeOver(id, 'second', 'abandoned')).toBeUndefined();
    expect(await generations.renew(kept, 'first')).toEqual(new Set(kept));
  });

  it('is nobody’s while a generation waits for its user, until somebody has told it something', async () => {
    const { id } = await created();
    expect(await generations.park(id, 0)).toBe(false);
    expect(await generations.beginPark(id, 1, 5)).toBe(false);
    expect(await generations.beginPark(id, 0, 5)).toBe(true);
    expect(await generations.takeOver(id, 'second', 'abandoned')).toBeUndefined();
    expect(await generations.park(id, 0)).toBe(true);
    await age(id, 60_000);
    for (const which of ['abandoned', 'any'] as const) {
      expect(await generations.takeOver(id, 'second', which)).toBeUndefined();
    }
    expect(await generations.listRunning()).not.toContainEqual(expect.objectContaining({ id }));
    await generations.unpark(id);
    const taken = await generations.takeOver(id, 'second', 'abandoned');
    expect(taken).toMatchObject({ epoch: 1, interruptions: 0, workedMs: 5 });
    await generations.unpark(id);
    expect(await generations.takeOver(id, 'third', 'abandoned')).toBeUndefined();
  });

  it('is free again when a generation was told something while it was being left', async () => {
    const { id } = await created();
    await generations.beginPark(id, 0, 0);
    await generations.unpark(id);
    expect(await generations.park(id, 0)).toBe(false);
    expect(await generations.takeOver(id, 'second', 'abandoned')).toMatchObject({ epoch: 1, interruptions: 0 });
  });

  it('that was given back is free at once, and counts as no interruption', async () => {
    const { id } = await created();
    await generations.release(id, 0);
    expect(await generations.listAbandoned()).toContainEqual(expect.objectContaining({ id }));
    expect(await generations.takeOver(id, 'second', 'abandoned')).toMatchObject({ epoch: 1, interruptions: 0 });
    await generations.release(id, 0);
    expect(await generations.isHeld(id, 1)).toBe(true);
    expect(await generations.isHeld(id, 0)).toBe(false);
    expect(await generations.takeOver(id, 'third', 'abandoned')).toBeUndefined();
  });

  it('can be given back for later', async () => {
    const { id } = await created();
    await generations.release(id, 0, 5_000);
    expect(await generations.takeOver(id, 'second', 'abandoned')).toBeUndefined();
    await age(id, 5_000);
    expect(await generations.takeOver(id, 'second', 'abandoned')).toMatchObject({ epoch: 1, interruptions: 0 });
  });

  it('goes to one of many who reach for it', async () => {
    const { id } = await created();
    await age(id, 11_000);
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => generations.takeOver(id, `${n}`, 'abandoned')));
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('is nobody’s when the generation is about to be removed', async () => {
    const { id, conversationId } = await created();
    await generations.revoke(conversationId);
    expect(await generations.isHeld(id, 0)).toBe(false);
    expect(await generations.renew([id], 'first')).toEqual(new Set());
    await generations.release(id, 1);
    expect(await generations.takeOver(id, 'second', 'any')).toBeUndefined();
    expect(await generations.listRunning()).not.toContainEqual(expect.objectContaining({ id }));
  });
});

describe('a queue', () => {
  it('takes a prompt once, while the generation runs and while there is room', async () => {
    const { id } = await created();
    const first = queued();
    expect(await generations.enqueue(id, first)).toMatchObject({ queue: [first] });
    expect(await generations.enqueue(id, first)).toBeUndefined();
    for (let n = 1; n < longestQueue; n += 1) expect(await generations.enqueue(id, queued())).toBeDefined();
    expect(await generations.enqueue(id, queued())).toBeUndefined();
    expect(await generations.enqueue(id, queued(), 'elsewhere')).toBeDefined();
    await generations.finish(id, 'stopped');
    expect(await generations.enqueue(id, queued(), 'elsewhere')).toBeUndefined();
  });

  it('calls its first prompt when the answer is done, and nobody when it was stopped', async () => {
    const prompts = [queued(), queued()];
    const [done, stopped, alone] = await Promise.all([
      created({ queue: prompts }),
      created({ queue: prompts }),
      created(),
    ]);
    await generations.finish(done.id, 'done');
    await generations.finish(stopped.id, 'stopped');
    await generations.finish(alone.id, 'done');
    const next = prompts[0]!.generationId;
    expect(await generations.find(done.id)).toMatchObject({ next, queue: prompts });
    for (const { id } of [stopped, alone]) expect(await generations.find(id)).not.toHaveProperty('next');
    expect(await generations.listDue()).toEqual([{ id: done.id, conversationId: done.conversationId }]);

    expect(await generations.dequeue(done.conversationId, next)).toBeUndefined();
    expect(await generations.callNext(stopped.id, prompts[1]!.generationId)).toBe(true);
    expect(await generations.callNext(stopped.id, next)).toBe(false);
    await generations.dropNext(stopped.id, prompts[1]!.generationId);
    const left = await generations.find(stopped.id);
    expect(left).toMatchObject({ queue: [prompts[0]] });
    expect(left).not.toHaveProperty('next');

    await generations.dropNext(done.id, next);
    expect(await generations.find(done.id)).toMatchObject({ next: prompts[1]!.generationId, queue: [prompts[1]] });
    await generations.handedOver(done.id, prompts[1]!.generationId);
    expect(await generations.find(done.id)).toMatchObject({ queue: [] });
    expect(await generations.listDue()).toEqual([]);
  });

  it('gives a prompt back from wherever it waits', async () => {
    const conversationId = newConversation();
    const prompt = queued();
    const ended = await created({ conversationId, queue: [prompt, queued()] });
    await generations.finish(ended.id, 'failed');
    const running = await created({ conversationId });
    await generations.enqueue(running.id, prompt);
    await generations.dequeueElsewhere(conversationId, prompt.generationId, running.id);
    expect(await generations.findWaiting(conversationId, prompt.generationId)).toMatchObject({ id: running.id });
    expect((await generations.find(ended.id))?.queue).toHaveLength(1);
    expect(await generations.dequeue(conversationId, prompt.generationId)).toMatchObject({ id: running.id, queue: [] });
    expect(await generations.dequeue(conversationId, prompt.generationId)).toBeUndefined();
  });
});

describe('a command', () => {
  it('is noted once, and not more than there is room for are', async () => {
    const { id } = await created();
    const command = { id: commandIdSchema.parse(randomUUID()), hash: 'a', length: 1 };
    expect(await generations.noteCommand(id, command)).toEqual(command);
    expect(await generations.noteCommand(id, { ...command, hash: 'b' })).toEqual(command);
    const others = Array.from({ length: mostCommands }, () => ({
      ...command,
      id: commandIdSchema.parse(randomUUID()),
    }));
    const noted = await Promise.all(others.map((other) => generations.noteCommand(id, other)));
    expect(noted.filter((one) => one !== undefined)).toHaveLength(mostCommands - 1);
  });
});
