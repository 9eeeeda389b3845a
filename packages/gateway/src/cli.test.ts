import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// Each test starts a process of its own.
vi.setConfig({ testTimeout: 30_000 });

const cli = join(import.meta.dirname, 'cli.ts');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd: folder, env, timeout: 20_000 }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

test('shows its usage and its version', async () => {
  expect(await run(['-h'])).toMatchObject({ code: 0, out: expect.stringContaining('parley-gateway start') });
  expect(await run(['-v'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('refuses commands and options it does not know', async () => {
  expect(await run(['dance'])).toMatchObject({ code: 1, err: expect.stringContaining('Unknown command "dance"') });
  const unknown = await run(['start', '--dance']);
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('--dance') });
  expect(unknown.err).not.toContain('    at ');
});

test('check shows the configuration without secrets', async () => {
  await writeFile(
    join(folder, '.env'),
    'OPENAI_API_KEY=sk-from-a-file-123456\nGATEWAY_API_KEYS=a-long-gateway-key-1\n',
  );
  const { code, out } = await run(['check'], { GATEWAY_PORT: '9000' });
  expect(code).toBe(0);
  expect(out).not.toContain('from-a-file');
  expect(out).not.toContain('long-gateway');
  expect(JSON.parse(out)).toMatchObject({ port: 9000, providers: [{ name: 'openai', apiKey: 'sk-…56' }, {}, {}] });
  await rm(join(folder, '.env'));
});

test('lists every mistake and starts nothing', async () => {
  const { code, err } = await run(['start', '--port', 'x'], { OPENAI_BASE_URL: 'nonsense' });
  expect(code).toBe(1);
  expect(err).toContain('GATEWAY_PORT:');
  expect(err).toContain('OPENAI_BASE_URL:');
});

test('does not listen where others could reach it without keys', async () => {
  const { code, err } = await run(['start', '--host', '0.0.0.0', '--port', '0'], { OLLAMA_ENDPOINT: 'off' });
  expect(code).toBe(1);
  expect(err).toContain('GATEWAY_API_KEYS');
  expect(err).not.toContain('    at ');
});

test('serves until it is told to stop', async () => {
  const server = spawn(process.execPath, [cli, 'start', '--port', '0'], {
    cwd: folder,
    env: { OLLAMA_ENDPOINT: 'off' },
  });
  let out = '';
  server.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  while (!out.includes('Only the built-in guide'))
    await once(server.stdout, 'data', { signal: AbortSignal.timeout(15_000) });
  const url = /http:\S+\/v1/.exec(out)?.[0] ?? '';
  const body = JSON.stringify({ model: 'chat-fast', messages: [{ role: 'user', content: 'count to 3' }] });
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', body });
  expect(await response.text()).toContain('"1 2 3"');
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});
