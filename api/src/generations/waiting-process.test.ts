import { rm } from 'node:fs/promises';
import { auditRoutes, messageText, toolRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/app-config.ts';
import { createTestConfig } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import {
  conversationOf,
  giveInput,
  newCommandId,
  problemOf,
  read,
  savedAnswer,
  start,
  stateOf,
} from './__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream, words } from './__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from './__fixtures__/scripted-upstream.ts';
import { startMortalApi } from './__fixtures__/start-mortal-api.ts';
import type { MortalApi } from './__fixtures__/start-mortal-api.ts';

const timeout = 60_000;
const soon = { timeout: 10_000 };

let upstream: ScriptedUpstream;
let config: AppConfig;
let app: MortalApi;
let user: TestUser;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  config = await createTestConfig({ endpoints: [upstream.endpoint], gateway: false });
  app = await startMortalApi(config);
  user = await app.register();
  const rules = [{ pattern: 'calculator', effect: 'ask' as const }];
  await app.send(toolRoutes.setPolicy, { body: { rules } }, user);
}, timeout);
afterAll(async () => {
  await app.kill('SIGKILL');
  await upstream.close();
  await rm(config.dataDir, { recursive: true });
});

/** A turn that waits for the approval of a sum. */
async function waiting(): Promise<StartedGeneration> {
  const calls = [{ name: 'calculator', input: { expression: '6*7' } }];
  const text = promptFor({ tokens: 2, end: 'tool-call', calls });
  const started = await start(app, user, { text, tools: ['calculator'] });
  await vi.waitFor(async () => {
    expect(await stateOf(app, user, started.generationId)).toMatchObject({ waitingForInput: true });
  }, soon);
  return started;
}

async function callOf(started: StartedGeneration): Promise<ToolCallPart> {
  const part = (await savedAnswer(app, user, started)).parts.find(({ type }) => type === 'tool-call');
  if (part?.type !== 'tool-call') throw new Error('There is no call.');
  return part;
}

async function done({ generationId }: StartedGeneration): Promise<void> {
  await vi.waitFor(async () => expect((await stateOf(app, user, generationId)).status).toBe('done'), soon);
  const { events } = await read(app, user, generationId);
  const numbers = events.flatMap((event) => ('n' in event ? [event.n] : []));
  expect(numbers).toEqual([...numbers.keys()]);
}

describe('a turn that waits for an approval', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'waits on when the server ends by %s, and goes on when it is approved, once',
    async (signal) => {
      const started = await waiting();
      const { generationId, conversationId } = started;
      expect(await callOf(started)).toMatchObject({ state: 'waiting', request: { kind: 'approval' } });
      await app.restart(signal);
      expect(await conversationOf(app, user, conversationId)).toMatchObject({ waitingForInput: true });
      expect(await stateOf(app, user, generationId)).toMatchObject({ status: 'running', waitingForInput: true });

      const commandId = newCommandId();
      const edited = { kind: 'approve', scope: 'once', input: '{"expression":"6*8"}' } as const;
      const { callId } = await callOf(started);
      expect((await giveInput(app, user, generationId, callId, edited, commandId)).status).toBe(202);
      await done(started);
      expect((await giveInput(app, user, generationId, callId, edited, commandId)).status).toBe(202);
      const again = await giveInput(app, user, generationId, callId, edited);
      expect((await problemOf(again)).code).toBe('input-not-awaited');

      expect(await callOf(started)).toMatchObject({ state: 'done', output: expect.stringContaining('48') });
      expect(messageText(await savedAnswer(app, user, started))).toBe(words(2) + words(3));
      expect(await conversationOf(app, user, conversationId)).toMatchObject({ waitingForInput: false });
      const audit = await app.send(auditRoutes.list, { query: { limit: 10 } }, user);
      expect(await audit.text()).toContain('"tool-approved"');
    },
    timeout,
  );

  it(
    'is nobody else’s to approve',
    async () => {
      const started = await waiting();
      const { callId } = await callOf(started);
      const stranger = await app.register();
      const refused = await giveInput(app, stranger, started.generationId, callId, { kind: 'approve', scope: 'once' });
      expect(refused.status).toBe(404);
      expect((await giveInput(app, user, started.generationId, callId, { kind: 'deny' })).status).toBe(202);
      await done(started);
      expect(await callOf(started)).toMatchObject({ state: 'denied' });
    },
    timeout,
  );
});
