import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputRequest } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serversOf } from './__fixtures__/config-server.ts';
import { startEchoServer } from './__fixtures__/echo-server.ts';
import type { EchoServer } from './__fixtures__/echo-server.ts';
import { run, startMcpInstall, toolsOf } from './__fixtures__/mcp-install.ts';
import type { McpInstall } from './__fixtures__/mcp-install.ts';
import type { TestUser } from '../test-client.ts';

const fixtures = path.join(import.meta.dirname, '__fixtures__');
const inPackage = (resolved: string): string => fileURLToPath(new URL('dist/index.js', resolved));
const programs = {
  everything: inPackage(import.meta.resolve('@modelcontextprotocol/server-everything/package.json')),
  filesystem: inPackage(import.meta.resolve('@modelcontextprotocol/server-filesystem/package.json')),
  memory: inPackage(import.meta.resolve('@modelcontextprotocol/server-memory/package.json')),
};

let echo: EchoServer;
let folder: string;
let install: McpInstall;
let ada: TestUser;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-memory-'));
  const gone = await startEchoServer();
  await gone.close();
  echo = await startEchoServer();
  install = await startMcpInstall({
    servers: serversOf({
      echo: { url: echo.url, title: 'Echo' },
      everything: { command: process.execPath, args: [programs.everything], env: { GREETING: 'hello' } },
      files: { command: process.execPath, args: [programs.filesystem, fixtures], title: 'Files' },
      memory: {
        command: process.execPath,
        args: [programs.memory],
        env: { MEMORY_FILE_PATH: path.join(folder, 'memory.json') },
      },
      dying: { command: process.execPath, args: [path.join(fixtures, 'dying-server-process.ts')], title: 'Dying' },
      silent: { command: process.execPath, args: ['-e', 'process.stdin.resume()'], title: 'Silent', startup: false },
      gone: { url: gone.url, title: 'Gone' },
    }),
  });
  ada = await install.person('Ada');
  // Programs take as long as the machine is busy.
  const refs = ['mcp/everything', 'mcp/files', 'mcp/memory', 'mcp/dying'];
  await vi.waitFor(async () => assert.deepEqual((await toolsOf(install, ada, refs)).notices, []), { timeout: 60_000 });
}, 90_000);
afterAll(async () => {
  await install.close();
  await echo.close();
  await rm(folder, { recursive: true });
});

async function call(ref: string, input: Record<string, unknown> = {}, running: Parameters<typeof run>[3] = {}) {
  const { tools } = await toolsOf(install, ada, [ref]);
  return await run([...tools.values()][0], ada, input, running);
}

describe('the tools of servers', () => {
  it('have names, titles and hints, and come from programs and addresses alike', async () => {
    const { tools, notices } = await toolsOf(install, ada, ['mcp/echo', 'mcp/everything', 'mcp/files', 'mcp/memory']);
    expect(notices).toEqual([]);
    expect(tools.get('echo__who')?.spec).toMatchObject({
      ref: 'mcp/echo/who',
      title: 'Who am I?',
      description: 'Tells what was sent along.',
      source: { kind: 'mcp', id: 'echo', title: 'Echo' },
      hints: { readOnly: true, destructive: true, idempotent: false, openWorld: true },
      isTrusted: true,
    });
    expect(tools.get('echo__say')?.spec.hints).toEqual({
      readOnly: false,
      destructive: true,
      idempotent: false,
      openWorld: true,
    });
    expect([...tools.keys()]).toEqual(
      expect.arrayContaining(['everything__echo', 'files__list_directory', 'memory__read_graph']),
    );
  });

  it('can be chosen one by one', async () => {
    const { tools, notices } = await toolsOf(install, ada, ['mcp/echo/say', 'mcp/echo/nothing', 'mcp/nowhere', 'mcp/']);
    expect([...tools.keys()]).toEqual(['echo__say']);
    expect(notices).toEqual([
      'Echo has no tool “nothing”.',
      'The MCP server “nowhere” does not exist, or is not shared with you.',
      'These tools do not exist here: mcp/.',
    ]);
  });

  it('are told to be missing when a server does not answer soon, and hold up nobody else', async () => {
    const { tools, notices } = await toolsOf(install, ada, ['mcp/silent', 'mcp/gone', 'mcp/echo/say']);
    expect([...tools.keys()]).toEqual(['echo__say']);
    expect(notices).toEqual([
      'The tools of Silent are not there yet: it has not answered so far.',
      'The tools of Gone are not there yet: The server cannot be reached.',
    ]);
  });

  it('hold a turn up once and not again', async () => {
    const { notices } = await toolsOf(install, ada, ['mcp/silent']);
    const another = await toolsOf(install, ada, ['mcp/silent'], AbortSignal.timeout(1_500));
    expect([notices.length, another.notices.length]).toEqual([1, 1]);
  });

  it('are known at once after a restart, before any server was asked', async () => {
    await toolsOf(install, ada, ['mcp/echo', 'mcp/files']);
    await install.restart();
    const asked = echo.requests.length;
    const known = await install.origin.known({ userId: ada.user.id, role: ada.user.role });
    expect(known.map(({ ref }) => ref)).toEqual(expect.arrayContaining(['mcp/echo/say', 'mcp/files/read_text_file']));
    expect(echo.requests.length).toBe(asked);
    const { tools } = await toolsOf(install, ada, ['mcp/echo']);
    expect(tools.size).toBe(8);
    // The server is asked behind the scenes.
    await vi.waitFor(() => expect(echo.requests.length).toBeGreaterThan(asked), { timeout: 10_000 });
  });
});

it('brings what the admin lets models be told about its tools', async () => {
  await install.restart({
    servers: serversOf({
      own: { url: echo.url, title: 'Echo', serverInstructions: true },
      fixed: { url: echo.url, title: 'Fixed', serverInstructions: 'Say please.' },
      none: { url: echo.url },
    }),
  });
  const { instructions } = await toolsOf(install, ada, ['mcp/own', 'mcp/fixed', 'mcp/none']);
  expect(instructions).toEqual([
    'About the tools of Echo:\nAsk me who you are.',
    'About the tools of Fixed:\nSay please.',
  ]);
  await install.restart();
});

describe('a call', () => {
  it('gives what the tool says', async () => {
    expect(await call('mcp/echo/say', { words: 'hello' })).toEqual({ output: 'hello', failed: false });
    expect(await call('mcp/everything/echo', { message: 'hi' })).toMatchObject({ output: 'Echo: hi', failed: false });
    const listing = await call('mcp/files/list_directory', { path: fixtures });
    expect(listing.output).toContain('[FILE] dying-server-process.ts');
  });

  it('shows structured answers as JSON where there is no text', async () => {
    expect(await call('mcp/echo/weather')).toEqual({ output: '{"celsius":21}', failed: false });
  });

  it('gives pictures, sounds and files beside the text', async () => {
    const { output, attachments } = await call('mcp/echo/show');
    expect(output.split('\n\n')).toEqual([
      'Look:',
      '[image 1: image/png, shown to the user]',
      '[audio 2: audio/wav, shown to the user]',
      'Resource file:///notes/today.txt:\nBuy milk',
      '[plan.pdf: application/pdf, kept for the user]',
      'Resource All notes: file:///notes',
    ]);
    expect(attachments?.map(({ kind, title, bytes }) => [kind, title, Buffer.from(bytes).toString()])).toEqual([
      ['image', 'image 1', 'png'],
      ['audio', 'audio 2', 'wav'],
      ['file', 'plan.pdf', 'pdf'],
    ]);
  });

  it('says when the tool failed', async () => {
    expect(await call('mcp/echo/fail')).toEqual({ output: 'It did not work.', failed: true });
  });

  it('tells how far it is', async () => {
    const seen: number[] = [];
    const { failed } = await call(
      'mcp/everything/trigger-long-running-operation',
      { duration: 0.2, steps: 2 },
      { report: ({ progress }) => seen.push(progress) },
    );
    expect(failed).toBe(false);
    expect(seen).toEqual(expect.arrayContaining([1]));
  });

  it('sees nothing of this process but what a program needs, and what it was given', async () => {
    vi.stubEnv('PARLEY_SECRET_OF_THE_PROCESS', 'hunter2');
    const { output } = await call('mcp/everything/get-env');
    expect(output).toContain('hello');
    expect(output).not.toContain('hunter2');
  });

  it('whose server dies in the middle has an unknown outcome, and the next one works', async () => {
    const { output, failed } = await call('mcp/dying/die');
    expect(failed).toBe(true);
    expect(output).toContain('The outcome is unknown: Dying may have carried out the call');
    expect(await call('mcp/dying/live')).toEqual({ output: 'alive', failed: false });
  });

  it('ends when its turn is stopped', async () => {
    const stop = new AbortController();
    const running = call('mcp/dying/wait', {}, { signal: stop.signal });
    stop.abort(new Error('Stopped'));
    await expect(running).rejects.toThrow('Stopped');
  });
});

describe('a question of a server', () => {
  async function ask(ref: string, answers: readonly Parameters<NonNullable<Answer>>[0][] | readonly unknown[]) {
    const { tools } = await toolsOf(install, ada, [ref]);
    const asked: InputRequest[] = [];
    const left = [...answers];
    const { output } = await run(
      [...tools.values()][0],
      ada,
      {},
      {
        answer: (request) => {
          asked.push(request);
          return JSON.parse(JSON.stringify(left.shift()));
        },
      },
    );
    return { asked, output };
  }
  type Answer = NonNullable<Parameters<typeof run>[3]>['answer'];

  it('is a form for whose call it is', async () => {
    const { asked, output } = await ask('mcp/echo/book', [{ kind: 'accept', content: '{"guests":4}' }]);
    expect(asked).toMatchObject([{ kind: 'form', message: 'How many?', source: { id: 'echo' } }]);
    expect(JSON.parse(output)).toMatchObject({ action: 'accept', content: { guests: 4 } });
  });

  it('is asked again when the answer does not fit', async () => {
    const { asked, output } = await ask('mcp/echo/book', [
      { kind: 'accept', content: '{"guests":"many"}' },
      { kind: 'accept', content: 'not JSON' },
      { kind: 'accept', content: '{"guests":2}' },
    ]);
    expect(asked).toHaveLength(3);
    expect(JSON.parse(output)).toMatchObject({ action: 'accept', content: { guests: 2 } });
  });

  it('can be declined', async () => {
    expect(JSON.parse((await ask('mcp/echo/book', [{ kind: 'decline' }])).output)).toMatchObject({ action: 'decline' });
  });

  it('may be a page to visit', async () => {
    const { asked, output } = await ask('mcp/echo/pay', [{ kind: 'accept' }]);
    expect(asked).toMatchObject([{ kind: 'url', message: 'Pay here', url: 'https://pay.example/1' }]);
    expect(output).toBe('accept');
  });

  it('may be for a model, when the person agrees', async () => {
    const { asked, output } = await ask('mcp/echo/think', [{ kind: 'accept' }]);
    expect(asked).toMatchObject([{ kind: 'sampling', prompt: 'What is the answer?', source: { id: 'echo' } }]);
    expect(output).toContain('Forty-two.');
    const declined = await ask('mcp/echo/think', [{ kind: 'decline' }]);
    expect(declined.output).toBe('The user did not let a model answer the server, so the call came to nothing.');
  });
});
