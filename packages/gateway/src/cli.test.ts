import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCli, startCli } from './testing/cli-process.ts';

// Each test starts a process of its own.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (args: readonly string[], env: Record<string, string> = {}) => runCli(folder, args, env);
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

test('shows its usage and its version', async () => {
  expect(await run(['-h'])).toMatchObject({ code: 0, out: expect.stringContaining('parley-gateway start') });
  expect(await run(['-v'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('refuses commands and options it does not know', async () => {
  expect(await run(['dance'])).toMatchObject({ code: 1, err: expect.stringContaining('Unknown command "dance"') });
  for (const args of [
    ['start', '--dance'],
    ['start', '--port', 'x'],
    ['start', '--workers', '0'],
  ]) {
    const unknown = await run(args);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining(args[1] ?? '') });
    expect(unknown.err).not.toContain('    at ');
  }
});

test('makes a key whose digest is the one it shows', async () => {
  const { out } = await run(['key']);
  const [, key = '', digest] = /^key: +(\S+)\nsha256: ([\da-f]{64})\n/.exec(out) ?? [];
  expect(createHash('sha256').update(key).digest('hex')).toBe(digest);
});

test('check shows the configuration of all files without secrets', async () => {
  await write(
    '.env',
    'OPENAI_API_KEY=sk-from-a-file-123456\nGATEWAY_API_KEYS=a-long-gateway-key-1\nHEADROOM_ENABLED=true\n',
  );
  await write(
    'gateway.yaml',
    `providers:
  mine: { dialect: openai-chat, baseUrl: "http://h:1", key: yaml-secret-123456, headers: { x-token: header-secret-1 } }
cache: { place: "redis://:redis-secret@h:1" }
admin: { token: admin-secret }
`,
  );
  const { code, out, err } = await run(['check'], { GATEWAY_PORT: '9000' });
  expect(code).toBe(0);
  expect(out + err).not.toMatch(/from-a-file|long-gateway|yaml-secret|header-secret|redis-secret|admin-secret/);
  expect(err).toMatch(/^HEADROOM_ENABLED is accepted and has no effect: .*\n$/);
  expect(JSON.parse(out)).toMatchObject({
    port: 9000,
    providers: [{ name: 'mine', keys: ['yam…56'] }, { name: 'openai', keys: ['sk-…56'] }, {}, {}],
  });
});

test('lists every mistake of both files and starts nothing', async () => {
  await write('gateway.yaml', 'port: x\nmodles: {}\n');
  const { code, err } = await run(['start'], { OPENAI_BASE_URL: 'nonsense' });
  expect(code).toBe(1);
  expect(err).toMatch(
    /3 mistakes:\n {2}OPENAI_BASE_URL: .*\n {2}gateway.yaml:1:7 port: .*\n {2}gateway.yaml:2:1 modles: /,
  );
});

test('reads another file when told so, and says when it is not there', async () => {
  await write('other.yaml', 'port: 7');
  expect(JSON.parse((await run(['check', '--config', 'other.yaml'])).out)).toMatchObject({ port: 7 });
  expect(await run(['check', '--config', 'gone.yaml'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('gone.yaml'),
  });
});

test('does not listen where others could reach it without keys', async () => {
  const { code, err } = await run(['start', '--host', '0.0.0.0', '--port', '0'], { OLLAMA_ENDPOINT: 'off' });
  expect(code).toBe(1);
  expect(err).toContain('GATEWAY_API_KEYS');
  expect(err).not.toContain('    at ');
});

test('serves until it is told to stop, and lets a running answer end', async () => {
  const server = await startCli(folder, [], { GUIDE_TOKEN_DELAY_MS: '10' });
  expect(await (await server.post('chat-fast', 'count to 3')).text()).toContain('"1 2 3"');
  await vi.waitFor(() => expect(server.out()).toContain('Only the built-in guide'));
  const running = await server.post('guide', 'count to 60', { stream: true });
  const stopped = server.stop();
  expect(await running.text()).toContain('[DONE]');
  expect(await stopped).toEqual([0, null]);
});

test('writes its lines into a file as well, without a word of the conversation', async () => {
  const variables = { LOG_LEVEL: 'silent', LOG_FILE_ENABLED: 'true', LOG_FILE_PATH: './logs/gateway.log' };
  const server = await startCli(folder, [], variables);
  await (await server.post('guide', 'count to 1 secretly')).text();
  await server.stop();
  const lines = await readFile(join(folder, 'logs/gateway.log'), 'utf8');
  expect(lines).toContain('"durationMs"');
  expect(lines).not.toContain('secretly');
  expect(server.err()).toBe('');
});

test('a changed file holds for new requests, and a stream that runs meanwhile ends whole', async () => {
  await write('gateway.yaml', 'models: { first: guide }\n');
  const server = await startCli(folder, [], { GUIDE_TOKEN_DELAY_MS: '20', HOT_RELOAD_DEBOUNCE_MS: '50' });
  try {
    expect((await server.post('second', 'count to 1')).status).toBe(404);
    const running = await server.post('first', 'count to 150', { stream: true });
    await write('gateway.yaml', 'models: { second: guide }\n');
    await vi.waitFor(async () => expect((await server.post('second', 'count to 1')).status).toBe(200), 10_000);
    expect((await server.post('first', 'count to 1')).status).toBe(404);
    const text = await running.text();
    expect(text).toContain('150');
    expect(text).toContain('[DONE]');

    await write('gateway.yaml', 'models: { third: nobody/x }\n');
    await vi.waitFor(() => expect(server.err()).toContain('the old one still holds'), 10_000);
    expect(server.err()).toContain('gateway.yaml:1:18 models.third.targets[0].use');
    expect((await server.post('second', 'count to 1')).status).toBe(200);
  } finally {
    await server.stop();
  }
});

test('reads its files anew at SIGHUP and for the admin, who alone may ask', async () => {
  await write('gateway.yaml', 'admin: { token: let-me-in }\nreload: false\n');
  const server = await startCli(folder);
  const reload = (token: string): Promise<Response> =>
    fetch(`${server.url}/v1/admin/reload`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  try {
    await write('gateway.yaml', 'admin: { token: let-me-in }\nledger: sqlite:other.sqlite\nmodels: { one: guide }\n');
    expect((await reload('guess')).status).toBe(401);
    expect((await server.post('one', 'count to 1')).status).toBe(404);
    expect(await (await reload('let-me-in')).text()).toContain('needed to change the place of the ledger');
    expect((await server.post('one', 'count to 1')).status).toBe(200);

    await write('gateway.yaml', 'admin: { token: let-me-in }\nnonsense: 1\n');
    const refused = await reload('let-me-in');
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('nonsense')]);

    await write('gateway.yaml', 'admin: { token: let-me-in }\nmodels: { two: guide }\n');
    server.child.kill('SIGHUP');
    await vi.waitFor(async () => expect((await server.post('two', 'count to 1')).status).toBe(200), 10_000);
  } finally {
    await server.stop();
  }
});
