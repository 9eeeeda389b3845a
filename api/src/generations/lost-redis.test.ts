import { messageText } from '@parley/contracts';
import type { GenerationEvent, StartedGeneration } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestUser } from '../test-client.ts';
import {
  fold,
  newCommandId,
  read,
  savedAnswer,
  start,
  stateOf,
  steer,
  stop,
  textSoFar,
} from './__fixtures__/chat-client.ts';
import type { Server } from './__fixtures__/chat-client.ts';
import { emptyRunningAnswer } from './__fixtures__/messages.ts';
import { startReplicas } from './__fixtures__/replicas.ts';
import type { Replicas } from './__fixtures__/replicas.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

/** Milliseconds: connections must come back, and a lease must run out. */
const timeout = 60_000;

describe.skipIf(!isRedisTested())('a Redis that restarts and has lost everything', () => {
  let replicas: Replicas;
  let app: Server;
  let user: TestUser;

  beforeAll(async () => {
    replicas = await startReplicas();
    const first = await replicas.start();
    app = first;
    user = await first.register();
  }, timeout);
  afterAll(async () => {
    await replicas.close();
  });

  /** An answer that is held after its first ten words. */
  async function begin(server: Server) {
    const text = promptFor({ tokens: 30, holdAfter: 10 });
    const started = await start(server, user, { text });
    const { events } = await read(server, user, started.generationId, {
      until: (all: readonly GenerationEvent[]) => textSoFar(all) === words(10),
    });
    return { started, events, text, release: () => replicas.upstream.release(text) };
  }

  async function expectEnd({ generationId }: StartedGeneration, status: string): Promise<void> {
    await expect
      .poll(async () => await stateOf(app, user, generationId).catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ status });
  }

  /** The log is there again, as those who write to it see it. */
  async function expectLog({ generationId }: StartedGeneration): Promise<void> {
    await expect
      .poll(async () => await replicas.logExists(generationId).catch(() => false), { timeout: 30_000 })
      .toBe(true);
  }

  it(
    'costs nothing but reading again',
    async () => {
      const turn = await begin(app);
      const early = fold(emptyRunningAnswer(), turn.events);
      await replicas.redis.restart();
      turn.release();
      await expectEnd(turn.started, 'done');
      const { events } = await read(app, user, turn.started.generationId);
      expect(events[0]).toMatchObject({ type: 'snapshot' });
      expect(messageText(fold(early, events))).toBe(words(30));
      expect(messageText(fold(emptyRunningAnswer(), events))).toBe(words(30));
      expect((await savedAnswer(app, user, turn.started)).parts).toMatchObject([{ text: words(30) }]);
      expect(replicas.upstream.requests.filter(({ messages }) => messages[0]?.content === turn.text)).toHaveLength(1);
    },
    timeout,
  );

  it(
    'is noticed while the model is silent, so that the answer can be steered and stopped',
    async () => {
      const turn = await begin(app);
      const { generationId } = turn.started;
      const before = { commandId: newCommandId(), text: 'In French' };
      expect((await steer(app, user, generationId, before)).status).toBe(202);
      await replicas.redis.restart();
      await expectLog(turn.started);
      await expect.poll(async () => (await stop(app, user, generationId)).status, { timeout: 20_000 }).toBe(202);
      await expectEnd(turn.started, 'stopped');
      const { events } = await read(app, user, generationId);
      expect(events.map(({ type }) => type)).toEqual([
        'snapshot',
        'steer-requested',
        'stop-requested',
        'step-finished',
        'generation-finished',
      ]);
      expect((await savedAnswer(app, user, turn.started)).parts).toMatchObject([{ text: words(10) }]);
    },
    timeout,
  );

  it(
    'together with the producer leaves what was saved, and the turn goes on from there',
    async () => {
      const producer = await replicas.spawn();
      const turn = await begin(producer);
      await expect
        .poll(async () => messageText(await savedAnswer(app, user, turn.started)), { timeout: 20_000 })
        .toBe(words(10));
      const early = fold(emptyRunningAnswer(), turn.events);
      await producer.process.kill('SIGKILL');
      await replicas.redis.restart();
      turn.release();
      await expectEnd(turn.started, 'done');
      const { events } = await read(app, user, turn.started.generationId);
      expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['snapshot', 'step-restarted']);
      expect(messageText(fold(early, events))).toBe(words(30));
      expect((await savedAnswer(app, user, turn.started)).parts).toMatchObject([{ text: words(30) }]);
    },
    timeout,
  );
});
