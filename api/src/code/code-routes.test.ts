import { codeRoutes, conversationIdSchema, conversationRoutes, fileIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { createRunner, defaultLimits } from '@parley/sandbox';
import { createFakeEngine, usableStatus } from '@parley/sandbox/testing';
import type { FakeEngine, FakeStage } from '@parley/sandbox/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemOf, read, start } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import type { ScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { execute, follow, newRunId, resultOf } from './__fixtures__/code-client.ts';

let engine: FakeEngine;
let before: (stage: FakeStage) => void | Promise<void> = () => undefined;
let upstream: ScriptedUpstream;
let app: TestApp;
let admin: TestUser;
let user: TestUser;
let conversationId: ConversationId;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  app = await startTestApp({
    endpoints: [upstream.endpoint],
    gateway: false,
    createSandbox() {
      engine = createFakeEngine({ before: (stage) => before(stage) });
      return createRunner({ engine });
    },
  });
  admin = await app.register('Ada');
});
beforeEach(async () => {
  before = () => undefined;
  engine.setStatus(usableStatus);
  await app.send(codeRoutes.check, {}, admin);
  user = await app.register('Grace');
  ({ conversationId } = await start(app, user, { text: promptFor({ tokens: 1 }) }));
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

async function stateOf(runId: string, as = user) {
  const response = await app.send(codeRoutes.run, { params: { id: codeRoutes.run.params.shape.id.parse(runId) } }, as);
  return response.ok ? codeRoutes.run.response.parse(await response.json()) : (await problemOf(response)).code;
}

describe('code that is run over HTTP', () => {
  it('is answered with its result', async () => {
    const code = 'args\nstdin\nerror oh\nwrite out.txt x\nexit 2';
    const result = await resultOf(app, user, { conversationId, lang: 'PY', code, args: ['a', 'b c'], stdin: 'in' });
    expect(result).toMatchObject({
      language: 'python',
      phase: 'run',
      exitCode: 2,
      reason: 'ok',
      stdout: 'a b c\nin',
      stderr: 'oh\n',
      truncated: false,
      files: [{ name: 'out.txt', size: 1, change: 'new' }],
      skipped: [],
    });
    expect(await stateOf(result.runId)).toEqual({ state: 'done', result });
  });

  it('is followed by its events, while it runs', async () => {
    const runId = newRunId();
    const followed = await follow(app, user, { conversationId, runId, code: 'print one\nwait' });
    expect(followed.response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(await followed.next()).toEqual({ type: 'started', runId });
    expect(await followed.next()).toEqual({ type: 'stdout', text: 'one\n' });
    expect(await stateOf(runId)).toEqual({ state: 'running' });
    expect((await app.send(codeRoutes.stop, { params: { id: runId } }, user)).status).toBe(204);
    const [done, ...more] = await followed.rest();
    expect(more).toEqual([]);
    expect(done).toMatchObject({
      type: 'done',
      result: { runId, reason: 'killed', exitCode: null, signal: 'SIGKILL', stdout: 'one\n', files: [] },
    });
    expect((await app.send(codeRoutes.stop, { params: { id: runId } }, user)).status).toBe(204);
  });

  it('works on the files that it brings, and on nobody else’s', async () => {
    const upload = async (as: TestUser, to?: ConversationId) => {
      const form = new FormData();
      if (to !== undefined) form.set('conversationId', to);
      form.set('file', new Blob(['brought']), 'in.txt');
      const headers = { Authorization: `Bearer ${as.accessToken}` };
      const response = await fetch(app.url + codeRoutes.upload.path, { method: 'POST', headers, body: form });
      return codeRoutes.upload.response.parse(await response.json()).items[0]?.id ?? fileIdSchema.parse(randomUUID());
    };
    const mine = await upload(user);
    expect(await resultOf(app, user, { conversationId, files: [mine], code: 'read in.txt' })).toMatchObject({
      stdout: 'brought',
    });
    const theirs = await upload(admin);
    for (const id of [theirs, fileIdSchema.parse(randomUUID())]) {
      const refused = await execute(app, user, { conversationId, files: [id] });
      expect([refused.status, await problemOf(refused)]).toMatchObject([404, { code: 'file-not-found' }]);
    }
  });

  it('is run once under one id', async () => {
    const asked = { conversationId, runId: newRunId(), code: 'read n.txt\nwrite n.txt 1' };
    const first = await resultOf(app, user, asked);
    expect(await resultOf(app, user, { ...asked, lang: 'python3' })).toEqual(first);
    const other = await execute(app, user, { ...asked, code: 'print other' });
    expect([other.status, await problemOf(other)]).toMatchObject([409, { code: 'code-run-id-taken' }]);
    const { conversationId: theirs } = await start(app, admin, { text: promptFor({ tokens: 1 }) });
    const foreign = await execute(app, admin, { ...asked, conversationId: theirs });
    expect([foreign.status, await problemOf(foreign)]).toMatchObject([409, { code: 'code-run-id-taken' }]);
    expect(await stateOf(asked.runId, admin)).toBe('code-run-not-found');
  });

  it('is one run, however many ask for it at once', async () => {
    const asked = { conversationId, runId: newRunId(), code: 'sleep 100\nbox\nwrite a.txt x' };
    const results = await Promise.all(Array.from({ length: 4 }, () => resultOf(app, user, asked)));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('takes its turn with other code of its conversation, and finds what that wrote', async () => {
    const first = await follow(app, user, { conversationId, code: 'sleep 100\nwrite a.txt from the first' });
    await first.next();
    const second = await follow(app, user, { conversationId, lang: 'js', code: 'read a.txt' });
    const events = await second.rest();
    expect(events[0]).toEqual({ type: 'queued', position: 1 });
    expect(events.at(-1)).toMatchObject({ type: 'done', result: { stdout: 'from the first' } });
  });

  it('ends when its asker leaves, unless it was given an id', async () => {
    const runId = newRunId();
    const quiet = await follow(app, user, { conversationId, runId, code: 'print here\nsleep 300\nprint still' });
    await quiet.next();
    quiet.leave();
    await vi.waitFor(async () => expect(await stateOf(runId)).toMatchObject({ result: { stdout: 'here\nstill\n' } }));

    const lost = await follow(app, user, { conversationId, code: 'wait' });
    const started = await lost.next();
    lost.leave();
    await vi.waitFor(async () =>
      expect(started?.type === 'started' ? await stateOf(started.runId) : '').toMatchObject({
        state: 'done',
        result: { reason: 'killed' },
      }),
    );
  });

  it('says what is wrong with a request', async () => {
    const nowhere = conversationIdSchema.parse(randomUUID());
    const { conversationId: theirs } = await start(app, admin, { text: promptFor({ tokens: 1 }) });
    const cases: [Parameters<typeof execute>[2], number, string, string][] = [
      [{ conversationId: nowhere }, 404, 'conversation-not-found', ''],
      [{ conversationId: theirs }, 404, 'conversation-not-found', ''],
      [{ conversationId, lang: 'r' }, 400, 'language-not-found', 'There are python, javascript, typescript, go, c,'],
      [{ conversationId, lang: 'bash' }, 400, 'language-not-found', 'no language “bash” here'],
      [{ conversationId, lang: '<img>\n' }, 400, 'language-not-found', 'no language “<img>” here'],
      [{ conversationId, lang: '' }, 400, 'invalid-request', 'body.lang'],
      [{ conversationId, code: ' \n' }, 400, 'invalid-request', 'There is no code.'],
      [{ conversationId, code: 'x'.repeat(5_000_000) }, 413, 'body-too-large', 'at most'],
      [{ conversationId, code: 'x'.repeat(300_000) }, 413, 'body-too-large', 'at most 256 KB; this is 293 KB'],
      [{ conversationId, code: 'print \ud800' }, 400, 'invalid-request', 'half a character'],
      [{ conversationId, stdin: '\udc00' }, 400, 'invalid-request', 'half a character'],
      [{ conversationId, args: ['\ud800'] }, 400, 'invalid-request', 'half a character'],
      [{ conversationId, args: ['a\0b'] }, 400, 'invalid-request', 'NUL'],
      [{ conversationId, args: Array.from({ length: 65 }, () => 'a') }, 400, 'invalid-request', 'body.args'],
      [{ conversationId, args: ['x'.repeat(5_000)] }, 400, 'invalid-request', 'body.args'],
    ];
    for (const [asked, status, code, detail] of cases) {
      const response = await execute(app, user, asked);
      const told = await problemOf(response);
      expect([response.status, told.code]).toEqual([status, code]);
      expect(told.detail ?? '').toContain(detail);
    }
    expect((await resultOf(app, user, { conversationId, code: 'stdin', stdin: 'a\0b' })).stdout).toBe('a\0b');
  });

  it('is told as events to those who want events, also what is wrong', async () => {
    const refused = await follow(app, user, { conversationId, lang: 'cobol' });
    expect([refused.response.status, refused.response.headers.get('Content-Type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    const broken = await follow(app, user, { conversationId, code: 'crash' });
    expect((await broken.rest()).at(-1)).toMatchObject({ type: 'failed', code: 'code-unavailable' });
    expect((await resultOf(app, user, { conversationId })).stdout).toBe('hello\n');
  });
});

describe('an engine in trouble', () => {
  it('is told with its reason and what helps', async () => {
    engine.setStatus({ usable: false, reason: 'Docker is not running', remedy: 'start it', images: new Map() });
    expect((await app.send(codeRoutes.check, {}, user)).status).toBe(403);
    const checked = await app.send(codeRoutes.check, {}, admin);
    const off = { enabled: false, reason: 'Docker is not running', remedy: 'start it' };
    expect(await checked.json()).toMatchObject(off);
    const status = await app.send(codeRoutes.status, {}, user);
    expect(codeRoutes.status.response.parse(await status.json())).toMatchObject({
      ...off,
      limits: { runSeconds: defaultLimits.runSeconds, codeBytes: defaultLimits.codeBytes, filesPerRun: 50 },
    });
    const refused = await execute(app, user, { conversationId });
    expect([refused.status, await problemOf(refused)]).toMatchObject([
      503,
      {
        code: 'code-unavailable',
        detail: 'Code cannot be run here at the moment. Docker is not running. What helps: start it',
      },
    ]);
    engine.setStatus(usableStatus);
    await app.send(codeRoutes.check, {}, admin);
    expect((await resultOf(app, user, { conversationId })).exitCode).toBe(0);
  });

  it('fails a run, and the same run can be asked for again', async () => {
    const runId = newRunId();
    const asked = { conversationId, runId, code: 'write a.txt x\nread a.txt' };
    before = (stage) => {
      if (stage === 'collect') throw new Error('secret cause');
    };
    const failed = await execute(app, user, asked);
    const told = await failed.text();
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(told).not.toContain('secret');
    expect(await stateOf(runId)).toEqual({ state: 'failed' });
    before = () => undefined;
    expect(await resultOf(app, user, asked)).toMatchObject({ stdout: 'x', files: [{ name: 'a.txt' }] });
  });
});

it('is off without Docker, says why, and everything else works', async () => {
  const dockerHost = 'unix:///nowhere/docker.sock';
  const without = await startTestApp({
    endpoints: [upstream.endpoint],
    gateway: false,
    code: { isForModels: true, runner: { kind: 'embedded', dockerHost }, limits: defaultLimits },
  });
  try {
    const somebody = await without.register();
    const status = codeRoutes.status.response.parse(await (await without.send(codeRoutes.status, {}, somebody)).json());
    expect(status).toMatchObject({ enabled: false, reason: expect.stringContaining('/nowhere/docker.sock') });
    expect(status.remedy).not.toBe('');
    const started = await start(without, somebody, { text: promptFor({ tokens: 1 }), tools: ['code/interpreter'] });
    const { conversationId: theirs } = started;
    expect((await problemOf(await execute(without, somebody, { conversationId: theirs }))).detail).toContain(
      status.reason ?? '?',
    );
    const { events } = await read(without, somebody, started.generationId);
    expect(events).toContainEqual(expect.objectContaining({ type: 'notice' }));
    expect(events.at(-1)).toMatchObject({ type: 'generation-finished', status: 'done' });
  } finally {
    await without.close();
  }
});

it('is off while no language is ready', async () => {
  engine.setStatus({ ...usableStatus, images: new Map() });
  const checked = await app.send(codeRoutes.check, {}, admin);
  expect(await checked.json()).toMatchObject({ enabled: false, remedy: 'npm run sandbox build' });
});

it('gives containers back when asked', async () => {
  await resultOf(app, user, { conversationId });
  const count = engine.boxes.length;
  const close = (as: TestUser) => app.send(codeRoutes.closeSession, { params: { id: conversationId } }, as);
  expect((await close(admin)).status).toBe(404);
  expect((await close(user)).status).toBe(204);
  expect(engine.boxes.length).toBe(count - 1);
  expect((await close(user)).status).toBe(204);
});

it('stops what runs in containers that are given back', async () => {
  const followed = await follow(app, user, { conversationId, code: 'print here\nwait' });
  while ((await followed.next())?.type !== 'stdout');
  expect((await app.send(codeRoutes.closeSession, { params: { id: conversationId } }, user)).status).toBe(204);
  expect((await followed.rest()).at(-1)).toMatchObject({
    type: 'done',
    result: { reason: 'killed', stdout: 'here\n' },
  });
  expect((await resultOf(app, user, { conversationId })).exitCode).toBe(0);
});

it('ends the runs of a conversation that is removed', async () => {
  const runId = newRunId();
  const followed = await follow(app, user, { conversationId, runId, code: 'wait' });
  await followed.next();
  expect((await app.send(conversationRoutes.remove, { params: { id: conversationId } }, user)).status).toBe(204);
  expect(await followed.rest()).toMatchObject([{ type: 'failed', code: 'code-run-not-found' }]);
  expect(await stateOf(runId)).toBe('code-run-not-found');
});
