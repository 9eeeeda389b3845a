import { toolRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { giveInput, read, savedAnswer, start, stateOf, stop } from './__fixtures__/chat-client.ts';
import type { Server } from './__fixtures__/chat-client.ts';
import { startReplicas } from './__fixtures__/replicas.ts';
import type { Replicas } from './__fixtures__/replicas.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';

const timeout = 60_000;
const soon = { timeout: 20_000, interval: 100 };

describe.skipIf(!isRedisTested())('of two replicas on one database and one Redis', () => {
  let replicas: Replicas;
  let heir: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    replicas = await startReplicas();
    heir = await replicas.start();
    user = await heir.register();
    const rules = [{ pattern: 'calculator', effect: 'ask' as const }];
    await heir.send(toolRoutes.setPolicy, { body: { rules } }, user);
  }, timeout);
  afterAll(async () => {
    await replicas.close();
  });

  /** A turn that was begun by one of them, and waits for the approval of a sum. */
  async function waitingAt(server: Server): Promise<StartedGeneration> {
    const calls = [{ name: 'calculator', input: { expression: '6*7' } }];
    const text = promptFor({ tokens: 2, end: 'tool-call', calls });
    const started = await start(server, user, { text, tools: ['calculator'] });
    await vi.waitFor(async () => {
      expect(await stateOf(heir, user, started.generationId)).toMatchObject({ waitingForInput: true });
    }, soon);
    return started;
  }

  async function callOf(started: StartedGeneration): Promise<ToolCallPart> {
    const part = (await savedAnswer(heir, user, started)).parts.find(({ type }) => type === 'tool-call');
    if (part?.type !== 'tool-call') throw new Error('There is no call.');
    return part;
  }

  async function ended({ generationId }: StartedGeneration): Promise<string> {
    await vi.waitFor(async () => {
      expect((await stateOf(heir, user, generationId)).status).not.toBe('running');
    }, soon);
    const { events } = await read(heir, user, generationId);
    const numbers = events.flatMap((event) => ('n' in event ? [event.n] : []));
    expect(numbers).toEqual([...numbers.keys()]);
    expect(events.filter(({ type }) => type === 'tool-started').length).toBeLessThanOrEqual(1);
    return (await stateOf(heir, user, generationId)).status;
  }

  it(
    'one takes the approval of what waits at the other, and goes on with it, also when that is gone',
    async () => {
      const producer = await replicas.spawn();
      const [here, gone] = [await waitingAt(producer), await waitingAt(producer)];
      const approve = { kind: 'approve', scope: 'once' } as const;
      const both = await Promise.all(
        [producer, heir].map(async (server) =>
          giveInput(server, user, here.generationId, (await callOf(here)).callId, approve),
        ),
      );
      expect(new Set(both.map(({ status }) => status))).toEqual(new Set([202, 409]));
      expect(await ended(here)).toBe('done');
      expect(await callOf(here)).toMatchObject({ state: 'done', output: expect.stringContaining('42') });

      await producer.process.kill('SIGKILL');
      const { callId } = await callOf(gone);
      expect((await giveInput(heir, user, gone.generationId, callId, approve)).status).toBe(202);
      expect(await ended(gone)).toBe('done');
      expect(await callOf(gone)).toMatchObject({ state: 'done' });
    },
    timeout,
  );

  it(
    'one stops what waits at the other',
    async () => {
      const producer = await replicas.spawn();
      const started = await waitingAt(producer);
      await producer.process.kill('SIGTERM');
      expect((await stop(heir, user, started.generationId)).status).toBe(202);
      expect(await ended(started)).toBe('stopped');
      expect(await callOf(started)).toMatchObject({ state: 'failed' });
    },
    timeout,
  );
});
