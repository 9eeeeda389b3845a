import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-main-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(folder, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the first match; rejects when the process ends without one. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code when the process has ended. */
  ended: Promise<number | null>;
}

function run(variables: Record<string, string>): Run {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      PARLEY_DATA_DIR: path.join(folder, 'data'),
      PORT: '0',
      GATEWAY_ENABLED: 'false',
      OLLAMA_ENDPOINT: 'off',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      changed.dispatchEvent(new Event('change'));
    });
  }
  const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));

  return {
    child,
    ended,
    output: () => output,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        const more = once(changed, 'change');
        if ((await Promise.race([more.then(() => 'more'), ended.then(() => 'ended')])) === 'ended') {
          const last = pattern.exec(output);
          if (last !== null) return last;
          throw new Error(`It ended without ${pattern}:\n${output}`);
        }
      }
    },
  };
}

it('says where it is, invites the first account, and stops cleanly when asked', { timeout: 30_000 }, async () => {
  const parley = run({});
  const [, url = ''] = await parley.until(/Parley is ready at (http:\/\/localhost:\d+)\n/);
  await parley.until(/Create the first account there; it becomes the administrator\./);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  parley.child.kill('SIGTERM');
  expect(await parley.ended).toBe(0);
});

it('ends at once on a second signal', { timeout: 30_000 }, async () => {
  const parley = run({});
  await parley.until(/Parley is ready/);
  parley.child.kill('SIGINT');
  parley.child.kill('SIGINT');
  const code = await parley.ended;
  expect([0, 1]).toContain(code);
});

it('explains a taken port in a sentence', { timeout: 30_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const parley = run({ PORT: port });
  expect(await parley.ended).toBe(1);
  other.close();
  expect(parley.output()).toContain(`Port ${port} is in use: another program, or another Parley, listens there.`);
  expect(parley.output()).not.toMatch(/^\s+at /m);
});

it('lists every mistake of the configuration and touches nothing', { timeout: 30_000 }, async () => {
  await writeFile(path.join(folder, 'wrong.yaml'), 'version: 1\nendpoints:\n  custom: []\n');
  const parley = run({ PORT: 'http', CONFIG_PATH: path.join(folder, 'wrong.yaml'), MONGO_URI: 'localhost' });
  expect(await parley.ended).toBe(1);
  const output = parley.output();
  expect(output).toContain('environment  PORT  must be a whole number from 0 to 65535  Fix: PORT=3080');
  expect(output).toContain('MONGO_URI  must begin with mongodb://');
  expect(output).toMatch(/wrong\.yaml:1:10 {2}version {2}must be text in quotes/);
  expect(output).toMatch(/wrong\.yaml:3:11 {2}endpoints\.custom {2}must list at least one endpoint/);
  expect(output).not.toMatch(/^\s+at /m);
});

it('prints the commands that make the keys a MongoDB install needs', { timeout: 30_000 }, async () => {
  const parley = run({ MONGO_URI: 'mongodb://127.0.0.1:1/parley' });
  expect(await parley.ended).toBe(1);
  for (const name of ['JWT_SECRET', 'JWT_REFRESH_SECRET', 'CREDS_KEY']) {
    expect(parley.output()).toContain(`node -e "console.log('${name}='`);
  }
});

it('says so when the MongoDB cannot be reached', { timeout: 30_000 }, async () => {
  const key = 'k'.repeat(32);
  const parley = run({
    MONGO_URI: 'mongodb://127.0.0.1:1/parley',
    JWT_SECRET: key,
    JWT_REFRESH_SECRET: key,
    CREDS_KEY: key,
  });
  expect(await parley.ended).toBe(1);
  expect(parley.output()).toMatch(/The MongoDB of MONGO_URI cannot be reached: .*ECONNREFUSED/);
  expect(parley.output()).not.toMatch(/^\s+at /m);
});
