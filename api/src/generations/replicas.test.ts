import {
  authRoutes,
  conversationRoutes,
  generationRoutes,
  hashText,
  messageText,
  sessionSchema,
} from '@parley/contracts';
import type { GenerationEvent, GenerationId, Message, StartedGeneration } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  messagesOf,
  newCommandId,
  newGenerationId,
  problemOf,
  queue,
  read,
  savedAnswer,
  start,
  startAgain,
  stateOf,
  steer,
  stop,
  textSoFar,
} from './__fixtures__/chat-client.ts';
import { startReplicas } from './__fixtures__/replicas.ts';
import type { ReplicaProcess, Replicas } from './__fixtures__/replicas.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

/** Milliseconds: a lease must run out here and there. */
const timeout = 60_000;

describe.skipIf(!isRedisTested())('of two replicas on one database and one Redis', () => {
  let replicas: Replicas;
  let heir: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    replicas = await startReplicas();
    heir = await replicas.start();
    user = await heir.register();
  }, timeout);
  afterAll(async () => {
    await replicas.close();
  });

  /** An answer that a process of its own writes, and holds in the middle. */
  async function begin(): Promise<Turn> {
    const producer = await replicas.spawn();
    const text = promptFor({ tokens: 30, holdAfter: 10 });
    const started = await start(producer, user, { text });
    const until = { until: (events: readonly GenerationEvent[]) => textSoFar(events) === words(10) };
    const { offset } = await read(heir, user, started.generationId, until);
    return {
      producer,
      started,
      id: started.generationId,
      offset,
      text,
      release: () => replicas.upstream.release(text),
    };
  }

  async function beginAndStop(): Promise<Turn> {
    const turn = await begin();
    await stop(heir, user, turn.id);
    await eventually(async () => expect((await stateOf(heir, user, turn.id)).status).toBe('stopped'));
    return turn;
  }

  /** The answer when it is whole, with every event in its log once. */
  async function whole({ started, id }: Turn): Promise<Message> {
    await eventually(async () => expect((await stateOf(heir, user, id)).status).toBe('done'));
    const { events } = await read(heir, user, id);
    const numbers = events.flatMap((event) => ('n' in event ? [event.n] : []));
    expect(numbers).toEqual([...numbers.keys()]);
    expect(events.filter(({ type }) => type === 'generation-finished')).toHaveLength(1);
    expect(await messagesOf(heir, user, started.conversationId)).toHaveLength(2);
    return await savedAnswer(heir, user, started);
  }

  it(
    'one continues what the other wrote until it was stopped',
    async () => {
      const turn = await begin();
      await turn.producer.process.kill('SIGTERM');
      turn.release();
      expect((await whole(turn)).parts).toMatchObject([{ type: 'text', text: words(30) }]);
    },
    timeout,
  );

  it.concurrent(
    'one continues what the other wrote until it was killed',
    async () => {
      const turn = await begin();
      await turn.producer.process.kill('SIGKILL');
      turn.release();
      expect((await whole(turn)).parts).toMatchObject([{ type: 'text', text: words(30) }]);
    },
    timeout,
  );

  it.concurrent(
    'one continues another answer to the same prompt',
    async () => {
      const { producer, started, release } = await beginAndStop();
      const again = await startAgain(producer, user, started);
      const until = { until: (events: readonly GenerationEvent[]) => textSoFar(events) === words(10) };
      await read(heir, user, again.generationId, until);
      await producer.process.kill('SIGKILL');
      release();
      await eventually(async () => expect((await stateOf(heir, user, again.generationId)).status).toBe('done'));
      expect((await savedAnswer(heir, user, again)).parts).toMatchObject([{ text: words(30) }]);
      expect(await messagesOf(heir, user, started.conversationId)).toHaveLength(3);
    },
    timeout,
  );

  it.concurrent(
    'one continues what goes on from another answer',
    async () => {
      const { producer, started } = await beginAndStop();
      const more = await startAgain(producer, user, started, { continues: started.responseMessageId });
      await producer.process.kill('SIGKILL');
      await eventually(async () => expect((await stateOf(heir, user, more.generationId)).status).toBe('done'));
      const answer = await savedAnswer(heir, user, more);
      expect(answer.parts).toMatchObject([{ step: 0, text: words(10) }, { text: words(3) }]);
      expect((await read(heir, user, more.generationId)).events.at(-1)).toMatchObject({
        textHash: hashText(messageText(answer)),
      });
      expect(await messagesOf(heir, user, started.conversationId)).toHaveLength(3);
    },
    timeout,
  );

  it.concurrent(
    'one ends what was stopped after the other had died',
    async () => {
      const turn = await begin();
      await turn.producer.process.kill('SIGKILL');
      expect((await stop(heir, user, turn.id)).status).toBe(202);
      await eventually(async () => expect((await stateOf(heir, user, turn.id)).status).toBe('stopped'));
      expect((await savedAnswer(heir, user, turn.started)).parts).toMatchObject([{ text: words(10) }]);
    },
    timeout,
  );

  it.concurrent(
    'one begins the prompt that waited at the other',
    async () => {
      const turn = await begin();
      const waiting = newGenerationId();
      const text = promptFor({ tokens: 5 });
      const prompt = { text, generationId: waiting };
      const [first, second] = await Promise.all([
        queue(heir, user, turn.id, prompt),
        queue(turn.producer, user, turn.id, prompt),
      ]);
      expect([first.status, second.status]).toEqual([202, 202]);
      await turn.producer.process.kill('SIGKILL');
      turn.release();
      await eventually(async () => {
        const found = await heir.send(generationRoutes.state, { params: { id: waiting } }, user);
        expect(found.status).toBe(200);
      });
      await eventually(async () => expect((await stateOf(heir, user, waiting)).status).toBe('done'));
      expect(await messagesOf(heir, user, turn.started.conversationId)).toHaveLength(4);
      expect(replicas.upstream.requests.filter(({ messages }) => messages.at(-1)?.content === text)).toHaveLength(1);
    },
    timeout,
  );

  it(
    'both give the same answer to a question that is sent again',
    async () => {
      const turn = await begin();
      const question = { text: turn.text, generationId: turn.id };
      for (const server of [turn.producer, heir]) {
        const response = await ask(server, user, question);
        expect(response.status).toBe(202);
        expect(await response.json()).toEqual(turn.started);
        const other = await ask(server, user, { ...question, text: 'Something else' });
        expect((await problemOf(other)).code).toBe('generation-id-taken');
      }
      turn.release();
      expect((await whole(turn)).parts).toMatchObject([{ type: 'text', text: words(30) }]);
    },
    timeout,
  );

  it(
    'one stops and steers what the other writes',
    async () => {
      const turn = await begin();
      const command = { commandId: newCommandId(), text: 'In French' };
      expect((await steer(heir, user, turn.id, command)).status).toBe(202);
      expect((await steer(turn.producer, user, turn.id, command)).status).toBe(202);
      expect((await stop(heir, user, turn.id)).status).toBe(202);
      expect((await stop(turn.producer, user, turn.id)).status).toBe(202);
      await eventually(async () => expect((await stateOf(heir, user, turn.id)).status).toBe('stopped'));
      const { events } = await read(heir, user, turn.id);
      expect(events.filter(({ type }) => type === 'steer-requested')).toHaveLength(1);
      expect((await savedAnswer(heir, user, turn.started)).parts).toMatchObject([{ text: words(10) }]);
    },
    timeout,
  );

  it(
    'the one that slept too long writes nothing when it wakes up',
    async () => {
      const turn = await begin();
      turn.producer.process.signal('SIGSTOP');
      await eventually(async () => {
        const { events } = await read(heir, user, turn.id, { live: 'long-poll', until: () => true });
        expect(events).toContainEqual(expect.objectContaining({ type: 'step-restarted' }));
      });
      turn.release();
      expect((await whole(turn)).parts).toMatchObject([{ type: 'text', text: words(30) }]);
      const before = await read(heir, user, turn.id);
      const saved = await savedAnswer(heir, user, turn.started);

      turn.producer.process.signal('SIGCONT');
      // It hangs up on its model when it has noticed.
      await eventually(async () => expect(replicas.upstream.openAnswers()).toBe(0));
      await turn.producer.process.kill('SIGTERM');
      expect(await read(heir, user, turn.id)).toEqual(before);
      expect(await savedAnswer(heir, user, turn.started)).toEqual(saved);
    },
    timeout,
  );

  it(
    'one removes the conversation in which the other writes',
    async () => {
      const turn = await begin();
      const { conversationId } = turn.started;
      const response = await heir.send(conversationRoutes.remove, { params: { id: conversationId } }, user);
      expect(response.status).toBe(204);
      await eventually(async () => expect(replicas.upstream.openAnswers()).toBe(0));
      turn.release();
      await turn.producer.process.kill('SIGTERM');
      for (const route of [generationRoutes.state, generationRoutes.stream]) {
        expect((await heir.send(route, { params: { id: turn.id } }, user)).status).toBe(404);
      }
      expect((await heir.send(conversationRoutes.get, { params: { id: conversationId } }, user)).status).toBe(404);
      expect(await replicas.logExists(turn.id)).toBe(false);
    },
    timeout,
  );

  it.concurrent.each([-3_600_000, 3_600_000])(
    'one takes part whose clock is %i ms ahead',
    async (clockAhead) => {
      const producer = await replicas.spawn({ clockAhead });
      const credentials = { email: user.user.email, password: user.password };
      const signedIn = await producer.send(authRoutes.login, { body: credentials });
      const there = { ...user, accessToken: sessionSchema.parse(await signedIn.json()).accessToken };
      const text = promptFor({ tokens: 30, holdAfter: 10 });
      const started = await start(producer, user, { text });
      const until = { until: (events: readonly GenerationEvent[]) => textSoFar(events) === words(10) };
      await read(heir, there, started.generationId, until);
      await read(producer, user, started.generationId, until);
      expect((await steer(heir, there, started.generationId, { text: 'Go on' })).status).toBe(202);
      replicas.upstream.release(text);
      const { events } = await read(producer, there, started.generationId);
      expect(events.some(({ type }) => type === 'step-restarted')).toBe(false);
      const { createdAt } = await savedAnswer(heir, user, started);
      expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000);
    },
    timeout,
  );

  it(
    'a question is answered that was asked while Redis was away, when it is back',
    async () => {
      const question = { text: promptFor({ tokens: 3 }), generationId: newGenerationId() };
      await replicas.redis.kill();
      const refused = await ask(heir, user, question);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      await replicas.redis.start();
      await eventually(async () => expect((await ask(heir, user, question)).status).toBe(202));
      await eventually(async () => expect((await stateOf(heir, user, question.generationId)).status).toBe('done'));
    },
    timeout,
  );
});

/** `expect.poll` loses its test among concurrent ones. */
function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 100 });
}

interface Turn {
  readonly producer: ReplicaProcess;
  readonly started: StartedGeneration;
  readonly id: GenerationId;
  readonly text: string;
  /** After its first ten words. */
  readonly offset: string;
  readonly release: () => void;
}
