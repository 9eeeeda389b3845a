import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { StartGenerationBody, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversationService } from '../conversations/conversation-service.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Database } from '../database/connect.ts';
import { createConversationRepository } from '../database/repositories/conversation-repository.ts';
import { createGenerationRepository } from '../database/repositories/generation-repository.ts';
import { createMessageRepository } from '../database/repositories/message-repository.ts';
import { newGenerationId, textSoFar } from './__fixtures__/chat-client.ts';
import { createScriptedStrategy, scriptedTarget } from './__fixtures__/scripted-strategy.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { logIdOf, openGenerationLog } from './generation-log.ts';
import { createGenerationRuns } from './generation-runs.ts';
import { createGenerationService } from './generation-service.ts';
import { createGenerationStore } from './generation-store.ts';
import type { GenerationStores } from './generation-store.ts';

const logger = pino({ level: 'silent' });
const script: Line[] = [
  { type: 'text-delta', part: 0, text: 'Whole ' },
  { type: 'text-delta', part: 0, text: 'answer' },
  { type: 'finish', reason: 'stop' },
];

let dataDir: string;
let database: Database;
let stores: GenerationStores & { log: ReturnType<typeof openGenerationLog> };

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  database = await openDatabase({ dataDir }, logger);
  stores = {
    conversations: createConversationRepository(database.connection),
    messages: createMessageRepository(database.connection),
    generations: createGenerationRepository(database.connection),
    log: openGenerationLog(dataDir),
  };
  await database.createIndexes();
});
afterAll(async () => {
  await stores.log.shutdown();
  await database.close();
  await rm(dataDir, { recursive: true });
});

/** A process that dies: from its call number `lives` on, none of its calls to a store arrives any more. */
function dying(lives: number): GenerationStores & { isDead: () => boolean } {
  let calls = 0;
  function mortal<T extends object>(store: T): T {
    return new Proxy(store, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...input: unknown[]): unknown => {
          calls += 1;
          return calls > lives ? Promise.reject(new Error('dead')) : method.apply(target, input);
        };
      },
    });
  }
  return {
    conversations: mortal(stores.conversations),
    messages: mortal(stores.messages),
    generations: mortal(stores.generations),
    log: mortal(stores.log),
    isDead: () => calls > lives,
  };
}

interface Circumstances {
  /** What its model does, in its one call. */
  readonly lines?: readonly Line[];
  readonly isSoleProducer?: boolean;
  /** How many milliseconds its clock is ahead. */
  readonly ahead?: number;
}

function services(alive: GenerationStores, { lines = script, isSoleProducer = true, ahead = 0 }: Circumstances = {}) {
  const now = (): number => Date.now() + ahead;
  const models = {
    endpoints: () => [],
    models: () => Promise.resolve({}),
    resolve: () =>
      Promise.resolve({
        strategy: createScriptedStrategy(lines),
        target: scriptedTarget,
        endpoint: {
          name: 'Scripted',
          label: 'Scripted',
          type: 'custom',
          baseUrl: '',
          apiKey: '',
          models: { default: ['scripted-1'], fetch: false },
          headers: {},
          titleConvo: false,
        } as const,
      }),
  };
  const store = createGenerationStore(alive);
  const runs = createGenerationRuns({ ...alive, owner: randomUUID(), isSoleProducer, store, models, logger, now });
  const generations = createGenerationService({ ...alive, models, runs, now });
  const conversations = createConversationService({ ...alive, runs, now });
  return { runs, generations, conversations };
}

function question(): StartGenerationBody {
  return {
    generationId: newGenerationId(),
    parentMessageId: null,
    text: 'Hi',
    endpoint: 'Scripted',
    model: 'scripted-1',
  };
}

async function expectWholeTurn(userId: UserId, body: StartGenerationBody): Promise<void> {
  const [conversation, ...others] = await stores.conversations.list(userId, { archived: false, limit: 10 });
  expect(others).toEqual([]);
  expect(conversation).toMatchObject({ title: 'Hi', runningGenerationId: null });
  const messages = await stores.messages.list(userId, conversation!.id);
  expect(messages.map(({ role, status, parts }) => ({ role, status, parts }))).toEqual([
    { role: 'user', status: 'done', parts: [{ type: 'text', step: 0, text: 'Hi' }] },
    { role: 'assistant', status: 'done', parts: [{ type: 'text', step: 0, text: 'Whole answer' }] },
  ]);
  expect(await stores.generations.find(body.generationId)).toMatchObject({ status: 'done' });
  expect(await stores.log.state(logIdOf(body.generationId))).toBe('closed');
}

/** Long enough for more store calls than a whole turn makes. */
const allPoints = Array.from({ length: 40 }, (_, index) => index);

describe('a process that dies at any of its writes', () => {
  it('leaves a turn that the next one completes, if it left anything', async () => {
    let survived = 0;
    for (const lives of allPoints) {
      const userId = userIdSchema.parse(randomUUID());
      const body = question();
      const mortal = dying(lives);
      const doomed = services(mortal);
      await doomed.generations.start(userId, 'new', body).catch(() => undefined);
      await expect
        .poll(async () => mortal.isDead() || (await stores.generations.find(body.generationId))?.status === 'done')
        .toBe(true);
      if (!mortal.isDead()) survived += 1;
      await doomed.runs.close();

      const wasStored = (await stores.generations.find(body.generationId)) !== undefined;
      const heir = services(stores);
      await heir.runs.resumeAll();
      if (!wasStored) await heir.generations.start(userId, 'new', body);
      await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
      await expectWholeTurn(userId, body);
      await heir.runs.close();
    }
    expect(survived).toBeGreaterThan(0);
    expect(survived).toBeLessThan(allPoints.length);
  }, 60_000);

  it('leaves a removal that the next one completes', async () => {
    let removed = 0;
    for (const lives of allPoints.slice(0, 12)) {
      const userId = userIdSchema.parse(randomUUID());
      const body = question();
      const first = services(stores);
      const { conversationId } = await first.generations.start(userId, 'new', body);
      await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
      const mortal = dying(lives);
      await services(mortal)
        .conversations.remove(userId, conversationId)
        .then(
          () => (removed += 1),
          () => undefined,
        );
      const isVisible = (await stores.conversations.find(userId, conversationId)) !== undefined;
      await services(stores).conversations.finishRemovals();
      expect(await stores.messages.list(userId, conversationId)).toHaveLength(isVisible ? 2 : 0);
      expect((await stores.generations.find(body.generationId)) !== undefined).toBe(isVisible);
      expect(await stores.log.state(logIdOf(body.generationId))).toBe(isVisible ? 'closed' : 'missing');
      expect(await stores.conversations.listDeleted()).toEqual([]);
    }
    expect(removed).toBeGreaterThan(0);
  }, 60_000);
});

async function textOf(userId: UserId, body: StartGenerationBody): Promise<string> {
  const generation = await stores.generations.find(body.generationId);
  const { entries } = await stores.log.read(logIdOf(body.generationId), '-1');
  expect(generation?.userId).toBe(userId);
  return textSoFar(entries);
}

describe('a generation that changes hands', () => {
  const half: Line[] = [{ type: 'text-delta', part: 0, text: 'Half' }, 'silence'];

  it('is taken over when its lease has run out, and not before', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const first = services(stores, { lines: half });
    await first.generations.start(userId, 'new', body);
    await expect.poll(() => textOf(userId, body)).toBe('Half');

    const tooEarly = services(stores, { isSoleProducer: false });
    await tooEarly.runs.resumeAll();
    await tooEarly.generations.findForReading(userId, body.generationId);
    expect(await stores.generations.find(body.generationId)).toMatchObject({ status: 'running', epoch: 0 });

    const heir = services(stores, { isSoleProducer: false, ahead: 11_000 });
    await heir.runs.resumeAbandoned();
    await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
    await expectWholeTurn(userId, body);
    await first.runs.close();
    await expectWholeTurn(userId, body);
  });

  it('in good order may do so as often as servers are restarted', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const first = services(stores, { lines: half });
    await first.generations.start(userId, 'new', body);
    await expect.poll(() => textOf(userId, body)).toBe('Half');
    await first.runs.close();
    for (let restart = 1; restart <= 5; restart += 1) {
      const next = services(stores, { lines: half, isSoleProducer: false });
      await next.runs.resumeAll();
      await expect.poll(() => textOf(userId, body)).toBe('Half'.repeat(restart + 1));
      await next.runs.close();
    }
    const last = services(stores);
    await last.runs.resumeAll();
    await expect.poll(async () => (await stores.generations.find(body.generationId))?.status).toBe('done');
    await expectWholeTurn(userId, body);
  });
});

describe('a question in a conversation that is gone', () => {
  it('leaves nothing behind', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const { generations, conversations, runs } = services(stores);
    const { conversationId } = await generations.start(userId, 'new', question());
    await conversations.remove(userId, conversationId);
    await expect(generations.start(userId, conversationId, question())).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    expect(await stores.generations.listIds(conversationId)).toEqual([]);
    const unknown = conversationIdSchema.parse(randomUUID());
    await expect(generations.start(userId, unknown, question())).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    await runs.close();
  });
});
