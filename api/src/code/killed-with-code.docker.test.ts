import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { codeRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { defaultLimits } from '@parley/sandbox';
import { openRealEngine, whyNoRealEngine } from '@parley/sandbox/testing';
import type { RealEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { savedAnswer, start, stateOf } from '../generations/__fixtures__/chat-client.ts';
import { startMortalApi } from '../generations/__fixtures__/start-mortal-api.ts';
import type { MortalApi } from '../generations/__fixtures__/start-mortal-api.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import { resultOf } from './__fixtures__/code-client.ts';
import { sandboxInstance } from './sandbox-instance.ts';

const reason = await whyNoRealEngine('python');
const rounds = 3;
const soon = { timeout: 30_000, interval: 50 };

describe.skipIf(reason !== undefined)('a server that is killed while code runs', () => {
  let real: RealEngine;
  let upstream: CallingUpstream;
  let config: AppConfig;
  let app: MortalApi;
  let user: TestUser;

  beforeAll(async () => {
    real = openRealEngine();
    upstream = await startCallingUpstream();
    config = await createTestConfig({
      endpoints: [upstream.endpoint],
      gateway: false,
      code: { isForModels: true, runner: { kind: 'embedded' }, limits: defaultLimits },
    });
    app = await startMortalApi(config);
    user = await app.register();
    const { conversationId } = await start(app, user, { text: '[]' });
    await resultOf(app, user, { conversationId, code: 'print(1)' });
  });
  afterAll(async () => {
    await app.kill('SIGTERM');
    await upstream.close();
    if ((await containers()).length > 0) throw new Error('Containers were left behind');
    await real.engine.close();
    await rm(config.dataDir, { recursive: true });
  });

  /** Of the server's, whatever their state. */
  async function containers(): Promise<string[]> {
    const label = [`parley.sandbox.instance=${sandboxInstance(config)}`];
    return (await real.docker.listContainers({ all: true, filters: { label } })).map(({ Id }) => Id);
  }

  async function callsOf(started: StartedGeneration): Promise<ToolCallPart[]> {
    return (await savedAnswer(app, user, started)).parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  }

  it('runs it again from the same files, and leaves no container behind', { timeout: 240_000 }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const code = [
        'import os, time',
        'print(sorted(os.listdir(".")))',
        'open("log.txt", "a").write("once\\n")',
        'time.sleep(0.3)',
        'print(open("log.txt").read(), end="")',
      ].join('\n');
      const text = promptToCall({ name: 'execute_code', input: { lang: 'python', code } });
      const started = await start(app, user, { text, tools: ['code/interpreter'] });
      await delay(Math.random() * 1_500);
      const abandoned = await containers();
      await app.restart('SIGKILL');
      await vi.waitFor(async () => {
        expect((await stateOf(app, user, started.generationId)).status).toBe('done');
      }, soon);
      const [call] = await callsOf(started);
      expect(call).toMatchObject({ state: 'done', output: expect.stringMatching(/^\[\]\nonce\n/) });
      const { conversationId } = started;
      const listed = await app.send(codeRoutes.files, { query: { conversationId } }, user);
      expect(codeRoutes.files.response.parse(await listed.json())).toMatchObject({
        items: [{ name: 'log.txt', size: 5 }],
      });
      await vi.waitFor(async () => {
        const left = await containers();
        expect(left.filter((id) => abandoned.includes(id))).toEqual([]);
      }, soon);
    }
  });
});
