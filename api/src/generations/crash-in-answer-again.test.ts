import { randomUUID } from 'node:crypto';
import { hashText, messageIdSchema, messageText, userIdSchema } from '@parley/contracts';
import type { AnswerBody, Message, MessagePart, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fold, newGenerationId } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { agentRef, tool, toolSays } from './__fixtures__/tools.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import { logIdOf } from './generation-log.ts';
import { emptyAnswer } from './stored-answer.ts';

const half: Line[] = [{ type: 'text-delta', part: 0, text: 'Half' }, 'silence'];
const callsLook: Line[] = [
  { type: 'text-delta', part: 0, text: 'Let me look. ' },
  { type: 'tool-input-delta', part: 1, callId: 'look', name: 'look', text: '{}' },
  { type: 'finish', reason: 'tool-calls' },
];
/** Long enough for more store calls than a whole turn makes. */
const allPoints = Array.from({ length: 40 }, (_, index) => index);
const patience = { timeout: 30_000, interval: 10 };

const { stores, dying, expireLeases, isOver, close } = await openMortalStores();
afterAll(close);

interface Answered {
  readonly userId: UserId;
  readonly first: GenerationRecord;
}

/** A first turn that its user has stopped after “Half”, or in the middle of its only tool call. */
async function stoppedTurn(how: 'in its text' | 'in its call'): Promise<Answered & { runs: () => number }> {
  const userId = userIdSchema.parse(randomUUID());
  const body = question();
  let runs = 0;
  const look = tool('look', () => {
    runs += 1;
    return new Promise(() => undefined);
  });
  const services = servicesOf(stores, how === 'in its text' ? { lines: half } : { lines: callsLook, tools: [look] });
  const first = await services.generations.start(userId, 'new', body, null);
  await vi.waitFor(async () => {
    const { entries } = await stores.log.read(logIdOf(first.id), '-1');
    const isThere = entries.some(({ type }) => type === (how === 'in its text' ? 'text-delta' : 'tool-started'));
    expect(isThere).toBe(true);
  }, patience);
  await services.commands.stop(userId, first.id);
  await vi.waitFor(async () => expect(await isOver(first.id)).toBe(true), patience);
  await services.runs.close();
  return { userId, first, runs: () => runs };
}

function answerBody({ first }: Answered, more: Partial<AnswerBody> = {}): AnswerBody {
  const place = { generationId: newGenerationId(), userMessageId: first.userMessageId };
  return { ...place, endpoint: 'Scripted', model: 'scripted-1', ...more };
}

async function messagesOf({ userId, first }: Answered): Promise<Message[]> {
  return await stores.messages.list(userId, first.conversationId);
}

/** Asks again in a process that may die of it, lets the next one go on, and returns what is stored then. */
async function survive(lives: number, answered: Answered, body: AnswerBody, circumstances = {}): Promise<Message> {
  const { userId, first } = answered;
  const mortal = dying(lives);
  const doomed = servicesOf(mortal, circumstances);
  await doomed.generations.answer(userId, first.conversationId, body, null).catch(() => undefined);
  await vi.waitFor(async () => expect(mortal.isDead() || (await isOver(body.generationId))).toBe(true), patience);
  const hasDied = mortal.isDead();
  await doomed.runs.close();

  const wasStored = (await stores.generations.find(body.generationId)) !== undefined;
  const heir = servicesOf(stores, circumstances);
  await heir.runs.resumeAll();
  if (!wasStored) await heir.generations.answer(userId, first.conversationId, body, null);
  await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
  const known = await heir.generations.answer(userId, first.conversationId, body, null);
  await heir.runs.close();
  const all = await messagesOf(answered);
  expect(all.map(({ role }) => role)).toEqual(['user', 'assistant', 'assistant']);
  expect(known.userMessageId).toBe(first.userMessageId);
  const answer = all.find(({ id }) => id === known.responseMessageId);
  if (answer === undefined) throw new Error('The answer is not there.');
  deaths += hasDied ? 1 : 0;
  await expectProven(known, answer);
  const conversation = await stores.conversations.find(userId, first.conversationId);
  expect(conversation).toMatchObject({ title: 'Hi', runningGenerationId: null });
  return answer;
}

let deaths = 0;

/** Whoever reads the log from its start has the stored answer, and the log's own proof of its text. */
async function expectProven(generation: GenerationRecord, stored: Message): Promise<void> {
  const { entries } = await stores.log.read(logIdOf(generation.id), '-1');
  const read = fold(emptyAnswer(generation), entries);
  expect(read.parts).toEqual(stored.parts);
  expect(read.usage).toEqual(stored.usage);
  const text = messageText(stored);
  expect(entries.at(-1)).toMatchObject({ textLength: text.length, textHash: hashText(text) });
}

describe('a process that dies at any of its writes', () => {
  it('leaves another answer that the next one completes', async () => {
    deaths = 0;
    for (const lives of allPoints) {
      const answered = await stoppedTurn('in its text');
      const answer = await survive(lives, answered, answerBody(answered, { guidance: 'shorter' }));
      expect(answer).toMatchObject({ status: 'done', guidance: 'shorter', parentId: answered.first.userMessageId });
      expect(answer.parts).toEqual([{ type: 'text', step: 0, text: 'Whole answer' }]);
    }
    expect(deaths).toBeGreaterThan(5);
    expect(deaths).toBeLessThan(allPoints.length);
  }, 120_000);

  it('leaves an answer that goes on from another one with all that that one holds, once', async () => {
    deaths = 0;
    for (const lives of allPoints) {
      const answered = await stoppedTurn('in its text');
      const continues = answered.first.responseMessageId;
      const answer = await survive(lives, answered, answerBody(answered, { continues }));
      expect(answer).toMatchObject({ status: 'done', continues });
      expect(answer.parts).toEqual([
        { type: 'text', step: 0, text: 'Half' },
        { type: 'text', step: 1, text: 'Whole answer' },
      ]);
      const [, older] = await messagesOf(answered);
      expect(older).toMatchObject({ id: continues, status: 'stopped', parts: [{ type: 'text', text: 'Half' }] });
    }
    expect(deaths).toBeGreaterThan(5);
    expect(deaths).toBeLessThan(allPoints.length);
  }, 120_000);

  it('never runs a call again that was cut in the answer gone on from', async () => {
    for (const lives of allPoints.filter((point) => point % 3 === 0)) {
      const answered = await stoppedTurn('in its call');
      let runsAgain = 0;
      const look = tool('look', () => {
        runsAgain += 1;
        return toolSays('again');
      });
      const continues = answered.first.responseMessageId;
      const answer = await survive(lives, answered, answerBody(answered, { continues }), { tools: [look] });
      const [, older] = await messagesOf(answered);
      expect(answer.parts).toEqual([...older!.parts, expect.objectContaining({ type: 'text', text: 'Whole answer' })]);
      expect(callIn(answer.parts)).toMatchObject({ state: 'failed', output: expect.stringContaining('unknown') });
      expect([answered.runs(), runsAgain]).toEqual([1, 0]);
    }
  }, 120_000);
});

function callIn(parts: readonly MessagePart[]): MessagePart | undefined {
  return parts.find(({ type }) => type === 'tool-call');
}

describe('an answer that goes on from another and changes hands', () => {
  it('is taken over by another server with what it has', async () => {
    const answered = await stoppedTurn('in its text');
    const body = answerBody(answered, { continues: answered.first.responseMessageId });
    const strategy = createScriptedStrategy([{ type: 'text-delta', part: 0, text: ' more' }, 'silence']);
    const first = servicesOf(stores, { strategy, isSoleProducer: false });
    await first.generations.answer(answered.userId, answered.first.conversationId, body, null);
    await vi.waitFor(async () => {
      const { entries } = await stores.log.read(logIdOf(body.generationId), '-1');
      expect(entries.some(({ type }) => type === 'text-delta')).toBe(true);
    }, patience);
    await expireLeases();
    const heir = servicesOf(stores, { isSoleProducer: false });
    await heir.runs.resumeAbandoned();
    await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
    const [, , answer] = await messagesOf(answered);
    expect(answer?.parts.map((part) => 'text' in part && part.text)).toEqual(['Half', 'Whole answer']);
    await expectProven((await stores.generations.find(body.generationId))!, answer!);
    await first.runs.close();
    await heir.runs.close();
  });

  it.each(['before its first save', 'after it'])('gets its log back when that is lost %s', async (when) => {
    const answered = await stoppedTurn('in its text');
    const body = answerBody(answered, { continues: answered.first.responseMessageId });
    const silent = createScriptedStrategy(['silence']);
    const first = servicesOf(stores, { strategy: silent });
    const { id, responseMessageId } = await first.generations.answer(
      answered.userId,
      answered.first.conversationId,
      body,
      null,
    );
    await vi.waitFor(() => expect(silent.requests).toHaveLength(1), patience);
    if (when === 'after it') await first.runs.close();
    await stores.log.remove(logIdOf(id));
    const heir = servicesOf(stores);
    await heir.runs.resumeAll();
    await vi.waitFor(async () => expect(await isOver(id)).toBe(true), patience);
    const stored = await stores.messages.find(answered.userId, answered.first.conversationId, responseMessageId);
    expect(stored?.parts.map((part) => 'text' in part && part.text)).toEqual(['Half', 'Whole answer']);
    await expectProven((await stores.generations.find(id))!, stored!);
    await first.runs.close();
    await heir.runs.close();
  });
});

describe('an answer that goes on from one that was handed over', () => {
  it('is written by whom its user has chosen, and passes the conversation on to nobody', async () => {
    const { userId, first } = await stoppedTurn('in its text');
    const older: Message = {
      ...emptyAnswer({ ...first, responseMessageId: messageIdSchema.parse(randomUUID()) }),
      status: 'stopped',
      parts: [
        { type: 'text', step: 0, text: 'Ask them. ' },
        { type: 'hand-off', step: 1, agent: agentRef(5) },
        { type: 'text', step: 2, text: 'Here I' },
      ],
    };
    await stores.messages.addOnce(userId, older);
    const body = answerBody({ userId, first }, { continues: older.id });
    const services = servicesOf(stores);
    const { responseMessageId } = await services.generations.answer(userId, first.conversationId, body, null);
    await vi.waitFor(async () => expect(await isOver(body.generationId)).toBe(true), patience);
    const answer = await stores.messages.find(userId, first.conversationId, responseMessageId);
    expect(answer).toMatchObject({ status: 'done' });
    expect(answer?.parts).toEqual([...older.parts, { type: 'text', step: 3, text: 'Whole answer' }]);
    const conversation = await stores.conversations.find(userId, first.conversationId);
    expect(conversation).toMatchObject({ endpoint: 'Scripted', model: 'scripted-1' });
    expect(conversation).not.toHaveProperty('agent');
    await services.runs.close();
  });
});

describe('an answer to a prompt that is deleted before it begins', () => {
  it('leaves nothing behind, and its conversation free', async () => {
    const answered = await stoppedTurn('in its text');
    const { userId, first } = answered;
    const body = answerBody(answered);
    let looks = 0;
    const messages: typeof stores.messages = {
      ...stores.messages,
      // Gone between the first look at it and the writing.
      async find(...asked) {
        looks += 1;
        return looks > 1 ? undefined : await stores.messages.find(...asked);
      },
    };
    const services = servicesOf({ ...stores, messages });
    const answering = services.generations.answer(userId, first.conversationId, body, null);
    await expect(answering).rejects.toMatchObject({ code: 'message-not-found' });
    expect(await stores.generations.find(body.generationId)).toBeUndefined();
    expect(await messagesOf(answered)).toHaveLength(2);
    expect(await stores.conversations.find(userId, first.conversationId)).toMatchObject({ runningGenerationId: null });
    await services.runs.close();
  });
});
