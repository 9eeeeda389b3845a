import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRedisTested } from './conformance/is-redis-tested.ts';
import { startRedisCluster } from './conformance/redis-cluster.ts';
import { startRedis } from './conformance/redis-server.ts';

const program = fileURLToPath(new URL('cli.ts', import.meta.url));
const running: ChildProcess[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-log-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function run(...parameters: string[]) {
  const env = { ...process.env, INIT_CWD: folder };
  const child = spawn(process.execPath, [program, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

/** What a command says that ends by itself. */
async function outcomeOf(...parameters: string[]) {
  const child = run(...parameters);
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, errors, code: Number(code) };
}

async function serve(...parameters: string[]) {
  const child = run(...parameters, '--port', '0');
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), once(child, 'exit')]);
  const url = /at (http:\S+)\n$/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`The server said ${line}`);
  return {
    url,
    async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
      const gone = once(child, 'exit');
      child.kill(signal);
      return (await gone)[0];
    },
  };
}

async function writeAndRead(url: string): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${url}story`, { method: 'PUT', headers });
  await fetch(`${url}story`, { method: 'POST', headers, body: '[1,2]' });
  return (await fetch(`${url}story`)).json();
}

describe('the serve command', () => {
  it('keeps streams in a file, over SIGTERM and SIGKILL', async () => {
    const first = await serve('--store', 'sqlite', '--path', 'streams.sqlite');
    expect(await writeAndRead(first.url)).toEqual([1, 2]);
    const reader = await fetch(`${first.url}story?offset=now&live=sse`);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await reader.text()).toContain('event: control');

    const second = await serve('--store', 'sqlite', '--path', join(folder, 'streams.sqlite'));
    expect(await writeAndRead(second.url)).toEqual([1, 2, 1, 2]);
    await second.end('SIGKILL');
    const third = await serve('--', '--path', 'streams.sqlite');
    expect(await (await fetch(`${third.url}story`)).json()).toEqual([1, 2, 1, 2]);
  });

  it.runIf(isRedisTested())('keeps streams in Redis', async () => {
    const redis = await startRedis();
    try {
      const address = `redis://127.0.0.1:${redis.port}`;
      const first = await serve('--store', 'redis', '--redis', address);
      expect(await writeAndRead(first.url)).toEqual([1, 2]);
      const second = await serve('--store', 'redis', '--redis', address);
      const live = fetch(`${second.url}story?offset=now&live=long-poll`);
      await expect.poll(async () => writeAndRead(first.url)).toHaveLength(6);
      expect((await live).status).toBe(200);
      expect(await first.end('SIGTERM')).toBe(0);
      expect(await second.end('SIGTERM')).toBe(0);
    } finally {
      await redis.stop();
    }
  });

  it.runIf(isRedisTested())('keeps streams in a Redis Cluster', async () => {
    const cluster = await startRedisCluster();
    try {
      const nodes = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
      const server = await serve('--store', 'redis', '--redis', nodes, '--key-prefix', 'test');
      const live = await fetch(`${server.url}story`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
      });
      expect(live.status).toBe(201);
      expect(await writeAndRead(server.url)).toEqual([1, 2]);
      expect(await server.end('SIGTERM')).toBe(0);
    } finally {
      await cluster.stop();
    }
  });

  it.each([
    [['--nope'], "Unknown option '--nope'. See --help.\n"],
    [['--port'], "Option '--port <value>' argument missing. See --help.\n"],
    [['serve'], "Unexpected argument 'serve'. See --help.\n"],
    [['--port', '65536'], '--port must be a whole number of 0 to 65535.\n'],
    [['--port', '1e3'], '--port must be a whole number of 0 to 65535.\n'],
    [['--path='], '--path needs a value.\n'],
    [['--store', 'mongo'], '--store must be sqlite or redis.\n'],
    [['--store', 'redis', '--path', 'x'], '--path goes with --store sqlite.\n'],
    [['--redis', 'redis://x'], '--redis goes with --store redis.\n'],
    [['--store', 'redis', '--redis', 'localhost'], '--redis must be a redis:// or rediss:// URL.\n'],
  ])('refuses %j in a sentence', async (parameters, sentence) => {
    expect(await outcomeOf(...parameters)).toEqual({ out: '', errors: sentence, code: 2 });
  });

  it('says in a sentence what does not work', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const inUse = await outcomeOf('--path', ':memory:', '--port', port);
    other.close();
    expect(inUse).toEqual({ out: '', errors: `Port ${port} of 127.0.0.1 is in use.\n`, code: 1 });

    const unreachable = await outcomeOf('--store', 'redis', '--redis', `redis://me:secret@127.0.0.1:${port}`);
    expect(unreachable).toEqual({
      out: '',
      errors: `Redis at 127.0.0.1:${port} cannot be used: connect ECONNREFUSED 127.0.0.1:${port}.\n`,
      code: 1,
    });

    const path = join(folder, 'no', 'streams.sqlite');
    expect(await outcomeOf('--path', path)).toEqual({
      out: '',
      errors: `The log file ${path} cannot be opened.\n`,
      code: 1,
    });
  });

  it('explains itself', async () => {
    const { out, code } = await outcomeOf('--help');
    expect(out).toContain('--store sqlite|redis');
    expect(code).toBe(0);
  });
});
