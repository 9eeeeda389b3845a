import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bridgeToHttp } from '../__fixtures__/bridge-to-http.ts';
import type { Bridge } from '../__fixtures__/bridge-to-http.ts';
import { httpTarget, openHub, stdioTarget } from '../__fixtures__/open-hub.ts';
import type { McpElicitation } from '../core/mcp-elicitation.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';

const signal = AbortSignal.timeout(180_000);
const inPackage = (resolved: string): string => fileURLToPath(new URL('dist/index.js', resolved));
const programs = {
  everything: inPackage(import.meta.resolve('@modelcontextprotocol/server-everything/package.json')),
  filesystem: inPackage(import.meta.resolve('@modelcontextprotocol/server-filesystem/package.json')),
  memory: inPackage(import.meta.resolve('@modelcontextprotocol/server-memory/package.json')),
  thinking: inPackage(import.meta.resolve('@modelcontextprotocol/server-sequential-thinking/package.json')),
};

let hub: McpHub;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-mcp-'));
  hub = openHub();
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

async function textOf(target: McpTarget, name: string, given: Record<string, unknown> = {}): Promise<string> {
  const { content, isError } = await hub.callTool(target, { name, arguments: given }, signal);
  expect(isError).toBe(false);
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

describe.each(['stdio', 'streamable-http'] as const)('the other reference servers over %s', (over) => {
  const bridges: Bridge[] = [];
  afterAll(async () => {
    for (const bridge of bridges) await bridge.close();
  });

  async function open(id: string, args: readonly string[], env: Record<string, string> = {}): Promise<McpTarget> {
    if (over === 'stdio') {
      const transport = { type: 'stdio' as const, command: process.execPath, args, env };
      return stdioTarget([], { id: `${id}-stdio`, transport });
    }
    const bridge = await bridgeToHttp(args, env);
    bridges.push(bridge);
    return httpTarget(bridge.url, { id: `${id}-http` });
  }

  it('filesystem: reads and writes the folder it was given, and no other', async () => {
    const target = await open('filesystem', [programs.filesystem, folder]);
    const { tools, problems } = await hub.tools(target, signal);
    expect(tools).toHaveLength(14);
    expect(problems).toEqual([]);
    expect(tools.find(({ name }) => name === 'read_text_file')?.annotations).toMatchObject({ readOnly: true });
    await writeFile(join(folder, 'note.txt'), 'Hello.');
    expect(await textOf(target, 'read_text_file', { path: join(folder, 'note.txt') })).toBe('Hello.');
    const outside = await hub.callTool(target, { name: 'read_text_file', arguments: { path: '/etc/passwd' } }, signal);
    expect(outside.isError).toBe(true);
  });

  it('memory: keeps what it is told', async () => {
    const target = await open('memory', [programs.memory], { MEMORY_FILE_PATH: join(folder, `${over}.jsonl`) });
    expect((await hub.tools(target, signal)).tools).toHaveLength(9);
    const entities = [{ name: 'Ann', entityType: 'person', observations: ['likes tea'] }];
    await textOf(target, 'create_entities', { entities });
    const { structured } = await hub.callTool(target, { name: 'read_graph', arguments: {} }, signal);
    expect(structured).toMatchObject({ entities });
  });

  it('sequential-thinking: thinks', async () => {
    const target = await open('thinking', [programs.thinking]);
    const thought = { thought: 'Hm.', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
    expect(await textOf(target, 'sequentialthinking', thought)).toContain('"thoughtNumber": 1');
  });
});

describe.each(['stdio', 'streamable-http', 'sse'] as const)('the reference server everything over %s', (over) => {
  let running: ChildProcess | undefined;
  let target: McpTarget;
  beforeAll(async () => {
    if (over === 'stdio') {
      target = stdioTarget([programs.everything, 'stdio'], { id: over });
      return;
    }
    const port = await freePort();
    const argument = over === 'sse' ? 'sse' : 'streamableHttp';
    running = spawn(process.execPath, [programs.everything, argument], {
      env: { PATH: process.env['PATH'], PORT: String(port) },
      stdio: 'ignore',
    });
    target = httpTarget(`http://127.0.0.1:${port}/${over === 'sse' ? 'sse' : 'mcp'}`, { id: over });
    await vi.waitFor(() => hub.connect(target, signal), { timeout: 20_000, interval: 100 });
  });
  afterAll(async () => {
    await hub.disconnect(over);
    if (running === undefined) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  });
  it('has tools, resources, templates and prompts', async () => {
    const { tools, problems } = await hub.tools(target, signal);
    expect(tools.length).toBeGreaterThanOrEqual(13);
    expect(problems).toEqual([]);
    expect((await hub.resources(target, signal)).length).toBeGreaterThan(0);
    expect((await hub.resourceTemplates(target, signal)).length).toBeGreaterThan(0);
    const prompts = await hub.prompts(target, signal);
    expect(prompts.find(({ name }) => name === 'args-prompt')?.arguments).toContainEqual(
      expect.objectContaining({ name: 'city', required: true }),
    );
    const messages = await hub.getPrompt(target, 'args-prompt', { city: 'Rome' }, signal);
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'text', text: expect.stringContaining('Rome') } },
    ]);
  });

  it('answers with every kind of content', async () => {
    expect(await textOf(target, 'echo', { message: 'hello' })).toBe('Echo: hello');
    const kinds = async (name: string, given: Record<string, unknown> = {}) =>
      (await hub.callTool(target, { name, arguments: given }, signal)).content.map(({ type }) => type);
    expect(await kinds('get-tiny-image')).toContain('image');
    expect(await kinds('get-resource-links', { count: 2 })).toContain('resource-link');
    expect(await kinds('get-resource-reference', { resourceType: 'Text', resourceId: 1 })).toContain('resource');
    const weather = await hub.callTool(
      target,
      { name: 'get-structured-content', arguments: { location: 'Chicago' } },
      signal,
    );
    expect(weather.structured).toMatchObject({ temperature: expect.any(Number) });
  });

  it('tells of its progress', async () => {
    const progress: number[] = [];
    await hub.callTool(
      target,
      {
        name: 'trigger-long-running-operation',
        arguments: { duration: 0.3, steps: 3 },
        onProgress: (step) => progress.push(step.progress),
      },
      signal,
    );
    expect(progress).toEqual([1, 2, 3]);
  });

  it('asks the user and a model', async () => {
    const asked: McpElicitation[] = [];
    const elicited = await hub.callTool(
      target,
      {
        name: 'trigger-elicitation-request',
        arguments: {},
        onElicit: async (request) => {
          asked.push(request);
          return { action: 'accept', content: { name: 'Ann' } };
        },
      },
      signal,
    );
    expect(asked).toMatchObject([{ kind: 'form' }]);
    expect(JSON.stringify(elicited.content)).toContain('Ann');
    const sampled = await hub.callTool(
      target,
      {
        name: 'trigger-sampling-request',
        arguments: { prompt: 'Say hello', maxTokens: 10 },
        onSample: async () => ({ model: 'guide', text: 'Hello there.' }),
      },
      signal,
    );
    expect(JSON.stringify(sampled.content)).toContain('Hello there.');
    expect(hub.status(target)).toEqual({ state: 'connected' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
