import { randomUUID } from 'node:crypto';
import { apiKeyRoutes } from '@parley/contracts';
import type { ApiKeyScope } from '@parley/contracts';
import { createRunner } from '@parley/sandbox';
import { createFakeEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { toShortId } from './short-id.ts';

let app: TestApp;
let user: TestUser;
let key: string;
let strangersKey: string;

beforeAll(async () => {
  app = await startTestApp({ gateway: false, createSandbox: () => createRunner({ engine: createFakeEngine() }) });
  user = await app.register('Ada');
  key = await keyFor(user, ['code:run']);
  strangersKey = await keyFor(await app.register('Mallory'), ['code:run']);
});
afterAll(async () => {
  await app.close();
});

async function keyFor(owner: TestUser, scopes: ApiKeyScope[]): Promise<string> {
  const response = await app.send(apiKeyRoutes.create, { body: { name: 'LibreChat', scopes, days: null } }, owner);
  return apiKeyRoutes.create.response.parse(await response.json()).secret;
}

async function send(method: string, path: string, { body, as = key }: { body?: object; as?: string } = {}) {
  return await fetch(`${app.url}/v1${path}`, {
    method,
    headers: { 'X-API-Key': as, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{21}$/));
const answerSchema = z.looseObject({
  session_id: id,
  stdout: z.string(),
  stderr: z.string(),
  files: z.array(z.looseObject({ id, name: z.string(), storage_session_id: id })),
});

async function exec(body: object) {
  const response = await send('POST', '/exec', { body: { lang: 'py', ...body } });
  expect(response.status).toBe(200);
  return answerSchema.parse(await response.json());
}

async function upload(path: string, files: Readonly<Record<string, string>>) {
  const form = new FormData();
  form.append('entity_id', 'agent_1');
  for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text]), name);
  const response = await fetch(`${app.url}/v1${path}`, { method: 'POST', headers: { 'X-API-Key': key }, body: form });
  const schema = z.looseObject({
    message: z.literal('success'),
    session_id: id,
    files: z.array(z.object({ fileId: id, filename: z.string() })),
  });
  return { response, kept: response.ok ? schema.parse(await response.json()) : undefined };
}

async function programmatic(body: object, as = key): Promise<Response> {
  return await send('POST', '/exec/programmatic', { body, as });
}

describe('code of a LibreChat', () => {
  it('is run, and its files are in the session of the answer', async () => {
    const answer = await exec({ code: 'print hello\nerror careful\nwrite out/plot.txt a plot', args: ['x'] });
    expect(answer).toMatchObject({ stdout: 'hello\n', stderr: 'careful\n', exit_code: 0, reason: 'ok' });
    const [file] = answer.files;
    expect(file).toMatchObject({ name: 'out/plot.txt', storage_session_id: answer.session_id, kind: 'user' });
    const downloaded = await send('GET', `/download/${answer.session_id}/${file?.id ?? ''}?kind=user&id=1`);
    expect(await downloaded.text()).toBe('a plot');
    expect(downloaded.headers.get('content-disposition')).toContain('attachment');
  });

  it('works on the files of earlier sessions and of uploads, also together', async () => {
    const first = await exec({ code: 'write kept.txt from a run' });
    const { kept } = await upload('/upload', { 'data.csv': 'a,b' });
    const refs = [
      { ...first.files[0], kind: 'user' },
      { id: kept?.files[0]?.fileId, session_id: kept?.session_id, name: 'renamed.csv' },
    ];
    const second = await exec({ code: 'read kept.txt\nread renamed.csv', files: refs });
    expect(second).toMatchObject({ stdout: 'from a runa,b', session_id: first.session_id, files: [] });
  });

  it('keeps its place under a hint, for one owner', async () => {
    const code = 'write place.txt mine\nlist';
    const first = await exec({ code, runtime_session_hint: 'agent-1' });
    expect(first).toMatchObject({ runtime_status: 'new', runtime_session_id: first.session_id });
    const again = await exec({ code: 'read place.txt', runtime_session_hint: 'agent-1' });
    expect(again).toMatchObject({ stdout: 'mine', runtime_status: 'reused', session_id: first.session_id });
    const body = { lang: 'py', code: 'list', runtime_session_hint: 'agent-1' };
    const strangers = answerSchema.parse(await (await send('POST', '/exec', { body, as: strangersKey })).json());
    expect(strangers.session_id).not.toBe(first.session_id);
    expect(strangers.stdout).not.toContain('place.txt');
  });

  it('that is ended by a limit says so where its clients look', async () => {
    expect(await exec({ code: 'print so far\ntimeout' })).toMatchObject({
      stdout: 'so far\n',
      stderr: 'The program was ended: it took longer than it may.',
      reason: 'timeout',
    });
  });

  it.each([
    ['d', 400, 'language-not-found'],
    ['r', 400, 'language-not-found'],
    ['bash', 400, 'language-not-found'],
  ])('in %s is refused', async (lang, status, error) => {
    const response = await send('POST', '/exec', { body: { lang, code: 'print x' } });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error, message: expect.stringContaining('python') });
  });

  it.each([
    [{}, 400],
    [{ lang: 'py' }, 400],
    [{ lang: 'py', code: 'x'.repeat(300_000) }, 413],
    [{ lang: 'py', code: 'list', files: [{ id: 'nonsense', name: 'a' }] }, 404],
  ])('that is no good is refused', async (body, status) => {
    expect((await send('POST', '/exec', { body })).status).toBe(status);
  });
});

describe('files of a session', () => {
  it('are uploaded, listed, described and removed', async () => {
    const { kept } = await upload('/upload/batch', { 'a.txt': 'aa', 'b.csv': 'b' });
    const session = kept?.session_id ?? '';
    expect(kept?.files.map(({ filename }) => filename)).toEqual(['a.txt', 'b.csv']);
    const listed = z.array(z.looseObject({})).parse(await (await send('GET', `/files/${session}?detail=full`)).json());
    expect(listed).toMatchObject([
      { name: 'a.txt', size: 2, metadata: { 'original-filename': 'a.txt' } },
      { name: 'b.csv', contentType: 'text/csv' },
    ]);
    const first = kept?.files[0]?.fileId ?? '';
    expect(await (await send('GET', `/sessions/${session}/objects/${first}`)).json()).toMatchObject({ size: 2 });
    expect((await send('DELETE', `/files/${session}/${first}`)).status).toBe(200);
    expect((await send('GET', `/download/${session}/${first}`)).status).toBe(404);
  });

  it('are its owner’s alone, and of that session alone', async () => {
    const { kept } = await upload('/upload', { 'secret.txt': 'secret' });
    const [session, file] = [kept?.session_id ?? '', kept?.files[0]?.fileId ?? ''];
    const other = await exec({ code: 'print x' });
    for (const path of [`/download/${session}/${file}`, `/sessions/${session}/objects/${file}`]) {
      expect((await send('GET', path, { as: strangersKey })).status).toBe(404);
    }
    expect((await send('GET', `/download/${other.session_id}/${file}`)).status).toBe(404);
    expect(await (await send('GET', `/files/${session}`, { as: strangersKey })).json()).toEqual([]);
    const files = [{ id: file, storage_session_id: session, name: 'secret.txt' }];
    const stolen = await send('POST', '/exec', { body: { lang: 'py', code: 'list', files }, as: strangersKey });
    expect(stolen.status).toBe(404);
  });

  it('are not those of a conversation', async () => {
    const conversation = toShortId(randomUUID());
    expect((await send('GET', `/files/${conversation}`)).status).toBe(404);
    const files = [{ id: conversation, storage_session_id: conversation, name: 'a' }];
    expect((await send('POST', '/exec', { body: { lang: 'py', code: 'list', files } })).status).toBe(404);
  });

  it('need a form with a file', async () => {
    expect((await upload('/upload', {})).response.status).toBe(400);
    expect((await send('POST', '/upload', { body: {} })).status).toBe(415);
  });
});

describe('a program that calls tools of its caller', () => {
  const tools = [{ name: 'get-weather', description: 'Weather', parameters: { type: 'object' } }];
  const waitingSchema = z.looseObject({
    status: z.string(),
    continuation_token: z.string(),
    tool_calls: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  });

  it('waits for each result and ends with what it printed', async () => {
    const code = 'call get_weather {"city":"Rome"}\nwrite report.txt done';
    const waiting = waitingSchema.parse(await (await programmatic({ code, tools })).json());
    expect(waiting).toMatchObject({
      status: 'tool_call_required',
      tool_calls: [{ name: 'get-weather', input: { city: 'Rome' } }],
    });
    const results = [{ call_id: waiting.tool_calls[0]?.id, result: { sky: 'blue' }, is_error: false }];
    const given = { continuation_token: waiting.continuation_token, tool_results: results };
    expect((await programmatic(given, strangersKey)).status).toBe(404);
    expect(await (await programmatic(given)).json()).toMatchObject({
      status: 'completed',
      stdout: expect.stringContaining('blue'),
      files: [{ name: 'report.txt' }],
    });
    expect((await programmatic(given)).status).toBe(404);
  });

  it('tells again what it waits for when it is given something else', async () => {
    const waiting = waitingSchema.parse(await (await programmatic({ code: 'call get_weather {}', tools })).json());
    const given = { continuation_token: waiting.continuation_token, tool_results: [{ call_id: 'other', result: 1 }] };
    expect(await (await programmatic(given)).json()).toEqual(waiting);
    const results = [{ call_id: waiting.tool_calls[0]?.id, result: 'rain' }];
    expect(await (await programmatic({ ...given, tool_results: results })).json()).toMatchObject({
      status: 'completed',
    });
  });

  it('that fails ends with an error', async () => {
    expect(await (await programmatic({ code: 'error no\nexit 3', tools })).json()).toMatchObject({
      status: 'error',
      error: 'The program ended with exit code 3.',
      stderr: 'no\n',
    });
  });

  it('can be given up', async () => {
    const { continuation_token: token } = waitingSchema.parse(
      await (await programmatic({ code: 'call get_weather {}', tools })).json(),
    );
    const cancelled = await send('POST', '/exec/programmatic/cancel', { body: { continuation_token: token } });
    expect(cancelled.status).toBe(200);
    expect((await programmatic({ continuation_token: token, tool_results: [] })).status).toBe(404);
  });
});

describe('who may run code', () => {
  it('is whoever has a key for it, or is signed in', async () => {
    const agents = await keyFor(user, ['agents:run']);
    const body = { lang: 'py', code: 'print x' };
    expect((await send('POST', '/exec', { body, as: agents })).status).toBe(403);
    expect((await send('POST', '/exec', { body, as: 'parley-wrong' })).status).toBe(401);
    const withToken = await fetch(`${app.url}/v1/exec`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${user.accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(withToken.status).toBe(200);
    expect(await (await fetch(`${app.url}/v1/health`)).json()).toEqual({ status: 'ok' });
  });
});
