import { codeRoutes, conversationRoutes, toolRoutes } from '@parley/contracts';
import type { ConversationId, StartedGeneration, ToolCallPart } from '@parley/contracts';
import { createRunner } from '@parley/sandbox';
import { createFakeEngine } from '@parley/sandbox/testing';
import type { FakeEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { read, savedAnswer, start, stop } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';

let engine: FakeEngine;
let upstream: CallingUpstream;
let app: TestApp;
let user: TestUser;

beforeAll(async () => {
  upstream = await startCallingUpstream();
  app = await startTestApp({
    endpoints: [upstream.endpoint],
    gateway: false,
    createSandbox() {
      engine = createFakeEngine();
      return createRunner({ engine });
    },
  });
  user = await app.register();
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

interface Call {
  readonly name: string;
  readonly input: object;
}

async function ask(calls: readonly Call[], conversation: ConversationId | 'new' = 'new', tools = ['code/interpreter']) {
  return await start(app, user, { text: promptToCall(...calls), conversation, tools });
}

function runs(...lines: string[]): Call {
  return { name: 'execute_code', input: { lang: 'py', code: lines.join('\n') } };
}

async function callsOf(started: StartedGeneration): Promise<ToolCallPart[]> {
  await read(app, user, started.generationId);
  const { parts } = await savedAnswer(app, user, started);
  return parts.filter((part) => part.type === 'tool-call');
}

it('runs what a model wrote, and tells the model and people what came of it', async () => {
  const started = await ask([runs('print hello', 'error oh', 'write data/out.csv a,b', 'exit 3')]);
  const [call] = await callsOf(started);
  expect(call).toMatchObject({
    title: 'Run code',
    source: { kind: 'code', id: 'interpreter', title: 'Code interpreter' },
    state: 'done',
    output:
      'hello\n\n[stderr]\noh\n\n[Exit code 3.]\n[Files in /mnt/data, which the user is shown: data/out.csv (new)]',
    execution: {
      language: 'python',
      phase: 'run',
      exitCode: 3,
      reason: 'ok',
      stdout: { start: 0, end: 6 },
      stderr: { start: 16, end: 19 },
      files: [{ name: 'data/out.csv', mimeType: 'text/csv', size: 3, change: 'new' }],
    },
  });
  const listed = await app.send(codeRoutes.files, { query: { conversationId: started.conversationId } }, user);
  expect(codeRoutes.files.response.parse(await listed.json()).items).toMatchObject([{ name: 'data/out.csv' }]);
});

it('has the files of earlier turns in later ones, also after a restart', async () => {
  const { conversationId, ...first } = await ask([runs('write note.txt remember')]);
  await callsOf({ conversationId, ...first });
  expect(await callsOf(await ask([runs('read note.txt', 'remove note.txt')], conversationId))).toMatchObject([
    { output: 'remember' },
  ]);
  expect(await callsOf(await ask([runs('list', 'write note.txt again')], conversationId))).toMatchObject([
    { output: expect.stringMatching(/^\n\n\[Files/) },
  ]);
  await app.restart();
  expect(await callsOf(await ask([runs('read note.txt')], conversationId))).toMatchObject([{ output: 'again' }]);
});

it('lets the calls of one step see each other’s files, one after the other', async () => {
  const calls = await callsOf(await ask([runs('sleep 50', 'write a.txt one'), runs('read a.txt', 'write b.txt two')]));
  expect(calls.map(({ output }) => output?.split('\n')[0])).toEqual(['[The program printed nothing.]', 'one']);
});

it('runs the calls of one step in the order in which the model wrote them', async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  const calls = await callsOf(
    await ask([runs('write n.txt 0'), ...numbers.map((n) => runs('read n.txt', `write n.txt ${n + 1}`))]),
  );
  expect(calls.slice(1).map(({ output }) => output?.split('\n')[0])).toEqual(numbers.map(String));
});

it('lists and reads files', async () => {
  const { conversationId, ...first } = await ask([runs('write a.txt 0123456789', 'fill b.bin 100')]);
  await callsOf({ conversationId, ...first });
  const calls = await callsOf(
    await ask(
      [
        { name: 'list_files', input: {} },
        { name: 'read_file', input: { name: '/mnt/data/a.txt' } },
        { name: 'read_file', input: { name: 'a.txt', offset: 3, length: 4 } },
        { name: 'read_file', input: { name: 'a.txt', offset: 10 } },
        { name: 'read_file', input: { name: 'b.bin' } },
        { name: 'read_file', input: { name: '../etc/passwd' } },
      ],
      conversationId,
    ),
  );
  expect(calls.map(({ output, state }) => [state, output])).toEqual([
    ['done', 'a.txt\t10\ttext/plain\nb.bin\t100\tapplication/octet-stream'],
    ['done', '0123456789'],
    ['done', '3456\n\n[Characters 3 to 7 of 10. It goes on at offset 7.]'],
    ['failed', 'The file has 10 characters; there is nothing at 10.'],
    ['failed', 'This file is no UTF-8 text (application/octet-stream, 100 bytes). Read it with a program.'],
    ['failed', 'There is no file “../etc/passwd” in /mnt/data. list_files says which there are.'],
  ]);
});

it('shows what a program prints while it runs, and ends it with the answer', async () => {
  const before = engine.boxes.length;
  const started = await ask([runs('print first', 'wait')]);
  const printed = await read(app, user, started.generationId, {
    until: (events) => events.some((event) => event.type === 'tool-progress' && event.printed !== undefined),
  });
  expect(printed.events).toContainEqual(expect.objectContaining({ printed: { start: 0, text: 'first\n' } }));
  await stop(app, user, started.generationId);
  await read(app, user, started.generationId);
  const { status, parts } = await savedAnswer(app, user, started);
  expect(status).toBe('stopped');
  expect(parts).toMatchObject([{ state: 'failed', output: expect.stringMatching(/^first\n/) }]);
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(before));
});

it('answers a model that asks for what cannot be run', async () => {
  const calls = await callsOf(
    await ask([
      { name: 'execute_code', input: { lang: 'r', code: 'print' } },
      { name: 'execute_code', input: { lang: 'py', code: 'print hi', args: ['a\0b'] } },
    ]),
  );
  expect(calls.map(({ output, state }) => [state, output])).toEqual([
    [
      'failed',
      'The code was not run. There is no language “r” here. There are python, javascript, typescript, go, c, cpp, java, php, rust, fortran.',
    ],
    ['failed', 'The code was not run. An argument must not have a NUL character.'],
  ]);
});

it('removes what it knows of a conversation with it', async () => {
  const { conversationId, ...first } = await ask([runs('write a.txt x')]);
  await callsOf({ conversationId, ...first });
  const before = engine.boxes.length;
  expect((await app.send(conversationRoutes.remove, { params: { id: conversationId } }, user)).status).toBe(204);
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(before - 1));
});

it('is offered while it can be used, and otherwise says why not', async () => {
  const refs = async (): Promise<string[]> => {
    const response = await app.send(toolRoutes.list, {}, user);
    const { items } = toolRoutes.list.response.parse(await response.json());
    return items.filter(({ source }) => source.kind === 'code').map(({ ref, effect }) => `${ref} ${effect}`);
  };
  const names = ['execute_code', 'list_files', 'read_file'];
  expect(await refs()).toEqual(names.map((name) => `code/interpreter/${name} allow`));
  engine.setStatus({
    usable: false,
    reason: 'Docker is not running.',
    remedy: 'sudo systemctl start docker',
    images: new Map(),
  });
  expect((await app.send(codeRoutes.check, {}, user)).status).toBe(200);
  expect(await refs()).toEqual([]);
  const started = await ask([runs('print hello')]);
  const { events } = await read(app, user, started.generationId);
  const text = 'Code cannot be run here at the moment. Docker is not running. What helps: sudo systemctl start docker';
  expect(events).toContainEqual(expect.objectContaining({ type: 'notice', text }));
});
