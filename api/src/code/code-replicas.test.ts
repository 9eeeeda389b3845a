import { codeRoutes, codeRunIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { createRunner } from '@parley/sandbox';
import { createFakeEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { start } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { follow, newRunId, resultOf } from './__fixtures__/code-client.ts';

let mongo: TestStore;
let upstream: ScriptedUpstream;
let one: TestApp;
let other: TestApp;
let user: TestUser;
let conversationId: ConversationId;

beforeAll(async () => {
  mongo = await openTestStore();
  upstream = await startScriptedUpstream();
  const startOne = (): Promise<TestApp> =>
    startTestApp({
      mongoUri: mongo.uri,
      endpoints: [upstream.endpoint],
      gateway: false,
      createSandbox: () => createRunner({ engine: createFakeEngine() }),
    });
  [one, other] = [await startOne(), await startOne()];
  user = await one.register();
  ({ conversationId } = await start(one, user, { text: promptFor({ tokens: 1 }) }));
});
afterAll(async () => {
  await one.close();
  await other.close();
  await upstream.close();
  await mongo.close();
});

it('a run is stopped from another server', async () => {
  const run = await follow(one, user, { conversationId, code: 'print here\nwait' });
  const started = await run.next();
  const id = codeRunIdSchema.parse(started?.type === 'started' ? started.runId : '');
  expect((await other.send(codeRoutes.stop, { params: { id } }, user)).status).toBe(204);
  expect((await run.rest()).at(-1)).toMatchObject({ type: 'done', result: { reason: 'killed', stdout: 'here\n' } });
});

it('a run is one, on whatever servers it is asked for', async () => {
  const asked = { conversationId, runId: newRunId(), code: 'box\nsleep 200\nwrite once.txt x' };
  const [first, second] = await Promise.all([resultOf(one, user, asked), resultOf(other, user, asked)]);
  expect(second).toEqual(first);
});

it('what was written on one server is read on another', async () => {
  await resultOf(one, user, { conversationId, code: 'write there.txt from one' });
  expect((await resultOf(other, user, { conversationId, code: 'read there.txt' })).stdout).toBe('from one');
});

it('runs of a conversation on two servers go one after the other', async () => {
  const { conversationId: place } = await start(one, user, { text: promptFor({ tokens: 1 }) });
  const first = await follow(one, user, { conversationId: place, code: 'print here\nsleep 300\nwrite step.txt one' });
  while ((await first.next())?.type !== 'stdout');
  const second = resultOf(other, user, { conversationId: place, code: 'read step.txt' });
  expect((await first.rest()).at(-1)).toMatchObject({ type: 'done' });
  expect((await second).stdout).toBe('one');
});

it('a run whose server stops can be asked for on another', async () => {
  const leaving = await startTestApp({
    mongoUri: mongo.uri,
    endpoints: [upstream.endpoint],
    gateway: false,
    createSandbox: () => createRunner({ engine: createFakeEngine() }),
  });
  const asked = { conversationId, runId: newRunId(), code: 'list\nsleep 400\nwrite late.txt x' };
  const run = await follow(leaving, user, asked);
  expect(await run.next()).toMatchObject({ type: 'started' });
  const closing = leaving.close();
  expect((await run.rest()).at(-1)).toMatchObject({ type: 'failed', code: 'code-unavailable' });
  await closing;
  // Nor does it keep others waiting.
  expect((await resultOf(other, user, { conversationId, code: 'print next' })).stdout).toBe('next\n');
  expect(await resultOf(other, user, asked)).toMatchObject({ reason: 'ok', files: [{ name: 'late.txt' }] });
});
