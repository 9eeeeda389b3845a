import { mcpRoutes } from '@parley/contracts';
import type { ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { giveInput, newCommandId, read, savedAnswer, start, stateOf } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { serversOf } from './__fixtures__/config-server.ts';
import { startProtectedServer } from './__fixtures__/protected-server.ts';
import type { ProtectedServer } from './__fixtures__/protected-server.ts';

let guarded: ProtectedServer;
let upstream: ScriptedUpstream;
let app: TestApp;
let ada: TestUser;

beforeAll(async () => {
  [guarded, upstream] = await Promise.all([startProtectedServer(), startScriptedUpstream()]);
  const servers = serversOf({ guarded: { url: guarded.url, title: 'Guarded', requiresOAuth: true } });
  app = await startTestApp({ endpoints: [upstream.endpoint], gateway: false, mcp: { servers } });
  ada = await app.register('Ada');
});
afterAll(async () => {
  await app.close();
  await Promise.all([guarded.close(), upstream.close()]);
});

const params = { name: 'guarded' };

async function signIn(): Promise<void> {
  const begun = await app.send(mcpRoutes.signIn, { params }, ada);
  const { authorizationUrl } = mcpRoutes.signIn.response.parse(await begun.json());
  const query = guarded.agree(authorizationUrl, 'Ada').toString();
  expect((await app.send(mcpRoutes.finishSignIn, { params, body: { query } }, ada)).status).toBe(200);
  expect((await app.send(mcpRoutes.test, { params }, ada)).status).toBe(200);
}

it('waits for a sign-in without a process, and goes on when somebody has signed in after a restart', async () => {
  await signIn();
  await app.send(mcpRoutes.signOut, { params }, ada);
  const text = promptFor({ tokens: 1, end: 'tool-call', calls: [{ name: 'guarded__who', input: {} }] });
  const started = await start(app, ada, { text, tools: ['mcp/guarded'] });
  const { generationId } = started;
  const callOf = async (): Promise<ToolCallPart | undefined> =>
    (await savedAnswer(app, ada, started)).parts.find((part) => part.type === 'tool-call');
  await vi.waitFor(async () => expect(await stateOf(app, ada, generationId)).toMatchObject({ waitingForInput: true }), {
    timeout: 10_000,
  });
  expect(await callOf()).toMatchObject({
    state: 'waiting',
    title: 'Who am I?',
    request: { kind: 'sign-in', source: { kind: 'mcp', id: 'guarded', title: 'Guarded' } },
  });

  await app.restart();
  await signIn();
  const callId = (await callOf())?.callId ?? '';
  const given = await giveInput(app, ada, generationId, callId, { kind: 'accept' }, newCommandId());
  expect(given.ok).toBe(true);
  await read(app, ada, generationId);
  const call = await callOf();
  expect(call).toMatchObject({ state: 'done' });
  expect(call?.output).toContain('Bearer token-of-Ada');
});
