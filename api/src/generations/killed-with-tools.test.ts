import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { actionRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { giveInput, newCommandId, savedAnswer, start, stateOf } from './__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream } from './__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from './__fixtures__/scripted-upstream.ts';
import { startMortalApi } from './__fixtures__/start-mortal-api.ts';
import type { MortalApi } from './__fixtures__/start-mortal-api.ts';

const rounds = 3;
const timeout = 60_000 + rounds * 20_000;
const soon = { timeout: 15_000, interval: 20 };

/** What may become of a call. */
const honest = [
  { had: 1, state: 'done', isUnknown: false },
  { had: 0, state: 'failed', isUnknown: true },
  { had: 1, state: 'failed', isUnknown: true },
];

/** How often each effect was had. */
const effects = new Map<string, number>();
const shop = createServer((request, response) => {
  const item = new URL(request.url ?? '', 'http://shop').searchParams.get('item') ?? '';
  effects.set(item, (effects.get(item) ?? 0) + 1);
  setTimeout(() => response.end('Bought.'), 100);
});

let upstream: ScriptedUpstream;
let config: AppConfig;
let app: MortalApi;
let user: TestUser;
let set: string;

beforeAll(async () => {
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  upstream = await startScriptedUpstream();
  config = await createTestConfig({ endpoints: [upstream.endpoint], gateway: false });
  app = await startMortalApi(config);
  user = await app.register();
  const address = shop.address();
  const parameters = [{ name: 'item', in: 'query', required: true, schema: { type: 'string' } }];
  const specification = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    servers: [{ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` }],
    paths: { '/buy': { post: { operationId: 'buy', parameters } } },
  });
  const body = { title: 'Shop', specification, enabled: ['buy'], auth: { kind: 'none' as const } };
  const made = await app.send(actionRoutes.create, { body }, user);
  set = actionRoutes.create.response.parse(await made.json()).id;
}, timeout);
afterAll(async () => {
  await app.kill('SIGKILL');
  await upstream.close();
  shop.close();
  await rm(config.dataDir, { recursive: true });
});

async function callsOf(started: StartedGeneration): Promise<ToolCallPart[]> {
  return (await savedAnswer(app, user, started)).parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
}

/** Approves until it is heard: who gets no answer asks again, with the same command. */
async function approve({ generationId }: StartedGeneration, callId: string): Promise<void> {
  const commandId = newCommandId();
  await vi.waitFor(async () => {
    const given = await giveInput(app, user, generationId, callId, { kind: 'approve', scope: 'once' }, commandId);
    expect(given.status).toBe(202);
  }, soon);
}

it(
  'a process that is killed at any moment of an approved call has its effect once at most, and never hides it',
  async () => {
    for (let round = 0; round < rounds; round += 1) {
      const items = [`a${round}`, `b${round}`];
      const calls = items.map((item) => ({ name: 'shop__buy', input: { item } }));
      const text = promptFor({ tokens: 1, end: 'tool-call', calls });
      const started = await start(app, user, { text, tools: [`action/${set}/buy`] });
      await vi.waitFor(async () => {
        expect(await stateOf(app, user, started.generationId)).toMatchObject({ waitingForInput: true });
      }, soon);
      const approvals = Promise.all((await callsOf(started)).map(({ callId }) => approve(started, callId)));
      await delay(Math.random() * 300);
      await app.restart('SIGKILL');
      await approvals;
      await vi.waitFor(async () => {
        expect((await stateOf(app, user, started.generationId)).status).toBe('done');
      }, soon);
      const ended = await callsOf(started);
      expect(ended.map(({ input }) => JSON.parse(input).item)).toEqual(items);
      for (const { input, state, output = '' } of ended) {
        const had = effects.get(JSON.parse(input).item) ?? 0;
        expect(honest).toContainEqual({ had, state, isUnknown: output.includes('unknown') });
      }
    }
  },
  timeout,
);
