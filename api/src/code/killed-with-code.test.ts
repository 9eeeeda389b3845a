import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { savedAnswer, start, stateOf } from '../generations/__fixtures__/chat-client.ts';
import { startMortalApi } from '../generations/__fixtures__/start-mortal-api.ts';
import type { MortalApi } from '../generations/__fixtures__/start-mortal-api.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import { newRunId, resultOf } from './__fixtures__/code-client.ts';

const rounds = 4;
const timeout = 60_000 + rounds * 20_000;
const soon = { timeout: 15_000, interval: 20 };
const script = path.join(import.meta.dirname, '__fixtures__/code-api-process.ts');

let upstream: CallingUpstream;
let config: AppConfig;
let app: MortalApi;
let user: TestUser;

beforeAll(async () => {
  upstream = await startCallingUpstream();
  config = await createTestConfig({ endpoints: [upstream.endpoint], gateway: false });
  app = await startMortalApi(config, { script });
  user = await app.register();
}, timeout);
afterAll(async () => {
  await app.kill('SIGKILL');
  await upstream.close();
  await rm(config.dataDir, { recursive: true });
});

async function callsOf(started: StartedGeneration): Promise<ToolCallPart[]> {
  return (await savedAnswer(app, user, started)).parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
}

async function filesOf({ conversationId }: StartedGeneration): Promise<string[]> {
  const response = await app.send(codeRoutes.files, { query: { conversationId } }, user);
  return codeRoutes.files.response.parse(await response.json()).items.map(({ name }) => name);
}

it(
  'a process that is killed at any moment of a run has its effect once, and its result in the end',
  async () => {
    for (let round = 0; round < rounds; round += 1) {
      const code = 'list\nprint begun\nwrite a.txt x\nwrite b.txt y\nsleep 50\nprint ended';
      const text = promptToCall({ name: 'execute_code', input: { lang: 'python', code } });
      const started = await start(app, user, { text, tools: ['code/interpreter'] });
      await delay(Math.random() * 250);
      await app.restart(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      await vi.waitFor(async () => {
        expect((await stateOf(app, user, started.generationId)).status).toBe('done');
      }, soon);
      // What an earlier attempt wrote is not there when the run begins anew.
      const files = ['a.txt', 'b.txt'].map((name) => ({ name, change: 'new' }));
      expect(await callsOf(started)).toMatchObject([
        { state: 'done', output: expect.stringMatching(/^\nbegun\nended\n/), execution: { exitCode: 0, files } },
      ]);
      expect(await filesOf(started)).toEqual(['a.txt', 'b.txt']);
    }
  },
  timeout,
);

it(
  'a run that was asked for over HTTP can be asked for again after its process died',
  async () => {
    const { conversationId } = await start(app, user, { text: '[]' });
    const asked = { conversationId, runId: newRunId(), code: 'list\nwrite a.txt x\nsleep 100' };
    const lost = resultOf(app, user, asked).catch(() => 'lost');
    await delay(50);
    await app.restart('SIGKILL');
    expect(await lost).toBe('lost');
    expect(await resultOf(app, user, asked)).toMatchObject({ stdout: '\n', files: [{ name: 'a.txt', change: 'new' }] });
  },
  timeout,
);
