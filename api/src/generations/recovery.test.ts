import { rm } from 'node:fs/promises';
import { conversationRoutes, messageText } from '@parley/contracts';
import type { Message, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  conversationOf,
  fold,
  messagesOf,
  newGenerationId,
  read,
  savedAnswer,
  start,
  stop,
  textSoFar,
} from './__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream, words } from './__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from './__fixtures__/scripted-upstream.ts';
import { startMortalApi } from './__fixtures__/start-mortal-api.ts';
import type { MortalApi } from './__fixtures__/start-mortal-api.ts';

/** Milliseconds. Starting a process takes its time where many tests run at once. */
const timeout = 60_000;

let upstream: ScriptedUpstream;
let config: AppConfig;
let app: MortalApi;
let user: TestUser;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  config = await createTestConfig({ endpoints: [upstream.endpoint], gateway: false });
  app = await startMortalApi(config);
}, timeout);
beforeEach(async () => {
  user = await app.register();
});
afterAll(async () => {
  await app.kill('SIGKILL');
  await upstream.close();
  await rm(config.dataDir, { recursive: true });
});

/** The model calls that were made for a prompt. */
function requestsFor(prompt: string): unknown[] {
  return upstream.requests.filter(({ messages }) => messages[0]?.content === prompt);
}

async function finalAnswer(started: StartedGeneration): Promise<Message> {
  await expect.poll(async () => (await savedAnswer(app, user, started)).status, { timeout }).not.toBe('running');
  return await savedAnswer(app, user, started);
}

describe('an answer whose server was killed in the middle', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'by %s is written again from the step it was in, once and whole',
    async (signal) => {
      const text = promptFor({ tokens: 30, holdAfter: 10 });
      const started = await start(app, user, { text });
      const before = await read(app, user, started.generationId, {
        until: (events) => textSoFar(events) === words(10),
      });
      await app.restart(signal);
      upstream.release(text);

      const after = await read(app, user, started.generationId, { offset: before.offset });
      expect(after.events).toContainEqual(expect.objectContaining({ type: 'step-restarted', step: 0, attempt: 2 }));
      const answer = await finalAnswer(started);
      expect(answer).toMatchObject({ status: 'done', parts: [{ type: 'text', text: words(30) }] });
      const whole = await read(app, user, started.generationId);
      expect(whole.events).toEqual([...before.events, ...after.events]);
      expect(whole.events.map((event) => 'n' in event && event.n)).toEqual([...whole.events.keys()]);
      expect(requestsFor(text)).toHaveLength(2);
      expect(await messagesOf(app, user, started.conversationId)).toHaveLength(2);
      expect((await conversationOf(app, user, started.conversationId)).runningGenerationId).toBeNull();
    },
    timeout,
  );

  it(
    'can be followed from the partial answer its reader has',
    async () => {
      const text = promptFor({ tokens: 30, holdAfter: 10 });
      const started = await start(app, user, { text });
      await expect.poll(async () => messageText(await savedAnswer(app, user, started)), { timeout }).toBe(words(10));
      const saved = await savedAnswer(app, user, started);
      await app.restart('SIGKILL');
      upstream.release(text);
      const { progress } = saved;
      if (progress === undefined) throw new Error('A running answer must say how far it goes.');
      const { events } = await read(app, user, started.generationId, { offset: progress.offset });
      expect(messageText(fold({ ...saved, progress }, events))).toBe(words(30));
    },
    timeout,
  );

  it(
    'goes on after a step that was finished, without doing that again',
    async () => {
      const text = promptFor({ tokens: 2, end: 'tool-call', holdAfterTools: true });
      const started = await start(app, user, { text });
      await read(app, user, started.generationId, {
        until: (events) => events.some((event) => event.type === 'tool-result'),
      });
      await expect.poll(() => requestsFor(text).length, { timeout }).toBe(2);
      await app.restart('SIGKILL');
      upstream.release(text);
      const answer = await finalAnswer(started);
      expect(answer.parts.map(({ type }) => type)).toEqual(['text', 'tool-call', 'text']);
      expect(messageText(answer)).toBe(words(2) + words(3));
      expect(requestsFor(text)).toHaveLength(3);
    },
    timeout,
  );

  it(
    'may be asked for again with the same id, and is still one turn',
    async () => {
      const generationId = newGenerationId();
      const text = promptFor({ tokens: 5, holdAfter: 2 });
      const question = { text, generationId };
      const asked = ask(app, user, question).catch(() => undefined);
      await expect.poll(() => requestsFor(text).length, { timeout }).toBe(1);
      await app.restart('SIGKILL');
      await asked;
      const started = await start(app, user, question);
      upstream.release(text);
      expect(messageText(await finalAnswer(started))).toBe(words(5));
      expect(await messagesOf(app, user, started.conversationId)).toHaveLength(2);
    },
    timeout,
  );

  it(
    'is stopped where it was when a stop came before the end',
    async () => {
      const started = await start(app, user, { text: promptFor({ tokens: 5, holdAfter: 2 }) });
      await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(2) });
      await app.restart('SIGKILL');
      expect((await stop(app, user, started.generationId)).status).toBe(202);
      expect((await finalAnswer(started)).status).toBe('stopped');
    },
    timeout,
  );

  it(
    'is given up, with what there is, when that happens again and again',
    async () => {
      const text = promptFor({ tokens: 5, holdAfter: 2 });
      const started = await start(app, user, { text });
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await expect.poll(() => requestsFor(text).length, { timeout }).toBe(attempt);
        await read(app, user, started.generationId, {
          until: (events) => events.filter((event) => event.type === 'text-delta').length >= attempt,
        });
        await app.restart('SIGKILL');
      }
      const answer = await finalAnswer(started);
      expect(answer).toMatchObject({
        status: 'failed',
        parts: [
          { type: 'text', text: words(2) },
          { type: 'error', code: 'generation-interrupted' },
        ],
      });
      expect(requestsFor(text)).toHaveLength(3);
    },
    timeout,
  );
});

describe('what had ended before the server was killed', () => {
  it(
    'is as it was',
    async () => {
      const text = promptFor({ tokens: 30 });
      const started = await start(app, user, { text });
      const before = await read(app, user, started.generationId);
      await app.restart('SIGKILL');
      expect(await finalAnswer(started)).toMatchObject({ status: 'done', parts: [{ text: words(30) }] });
      expect((await read(app, user, started.generationId)).events).toEqual(before.events);
      expect((await conversationOf(app, user, started.conversationId)).runningGenerationId).toBeNull();
      expect(requestsFor(text)).toHaveLength(1);
    },
    timeout,
  );

  it(
    'stays deleted',
    async () => {
      const text = promptFor({ tokens: 3, holdAfter: 1 });
      const started = await start(app, user, { text });
      const params = { id: started.conversationId };
      expect((await app.send(conversationRoutes.remove, { params }, user)).status).toBe(204);
      const calls = requestsFor(text).length;
      await app.restart('SIGKILL');
      expect((await app.send(conversationRoutes.get, { params }, user)).status).toBe(404);
      expect(requestsFor(text)).toHaveLength(calls);
    },
    timeout,
  );
});
