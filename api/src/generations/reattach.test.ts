import { rm } from 'node:fs/promises';
import type { GenerationEvent, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { read, savedAnswer, start, stop, textSoFar } from './__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream, words } from './__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from './__fixtures__/scripted-upstream.ts';
import { startMortalApi } from './__fixtures__/start-mortal-api.ts';
import type { MortalApi } from './__fixtures__/start-mortal-api.ts';
import { startGatewayProcess } from './__fixtures__/start-gateway-process.ts';
import type { GatewayProcess } from './__fixtures__/start-gateway-process.ts';

/** Milliseconds. Starting a process takes its time where many tests run at once. */
const timeout = 60_000;
const model = 'openai/scripted-1';

let upstream: ScriptedUpstream;
let gateway: GatewayProcess;
let config: AppConfig;
let app: MortalApi;
let user: TestUser;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  gateway = await startGatewayProcess(upstream.endpoint.baseUrl);
  const endpoint = { ...upstream.endpoint, baseUrl: gateway.baseUrl, models: { default: [model], fetch: false } };
  config = await createTestConfig({ endpoints: [endpoint], gateway: false });
  app = await startMortalApi(config);
  user = await app.register();
}, timeout);
afterAll(async () => {
  await app.kill('SIGKILL');
  await gateway.kill();
  await upstream.close();
  await rm(config.dataDir, { recursive: true });
});

function callsFor(prompt: string): number {
  return upstream.requests.filter(({ messages }) => messages[0]?.content === prompt).length;
}

/** An answer that is held after its first ten words. */
async function begin() {
  const text = promptFor({ tokens: 30, holdAfter: 10 });
  const started = await start(app, user, { text, model });
  await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(10) });
  return { text, started };
}

async function wholeAnswer(started: StartedGeneration): Promise<readonly GenerationEvent[]> {
  const { events } = await read(app, user, started.generationId);
  await expect.poll(async () => (await savedAnswer(app, user, started)).status, { timeout }).toBe('done');
  expect((await savedAnswer(app, user, started)).parts).toEqual([{ type: 'text', step: 0, text: words(30) }]);
  return events;
}

describe('an answer behind a gateway of its own', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'goes on where it was after a %s of the api, and is paid for once',
    async (signal) => {
      const { text, started } = await begin();
      await app.restart(signal);
      upstream.release(text);
      const events = await wholeAnswer(started);
      expect(events.map(({ type }) => type)).not.toContain('step-restarted');
      expect(textSoFar(events)).toBe(words(30));
      expect(callsFor(text)).toBe(1);
    },
    timeout,
  );

  it(
    'is begun anew after a SIGKILL of the gateway',
    async () => {
      const { text, started } = await begin();
      await gateway.kill();
      upstream.release(text);
      await gateway.restart();
      const events = await wholeAnswer(started);
      expect(events).toContainEqual(expect.objectContaining({ type: 'step-restarted', step: 0, attempt: 2 }));
      expect(callsFor(text)).toBe(2);
    },
    timeout,
  );

  it(
    'is ended at its provider when it is stopped, also after the api has died',
    async () => {
      const { started } = await begin();
      await app.restart('SIGKILL');
      expect((await stop(app, user, started.generationId)).status).toBe(202);
      await expect.poll(async () => (await savedAnswer(app, user, started)).status, { timeout }).toBe('stopped');
      await expect.poll(() => upstream.openAnswers(), { timeout }).toBe(0);
    },
    timeout,
  );
});
