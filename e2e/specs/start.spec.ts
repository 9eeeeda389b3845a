import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startParley } from '../fixtures/parley.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs the api to its end; for starts that must be refused. */
function refusedStart(variables: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-start-'));
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    PARLEY_DATA_DIR: join(folder, 'data'),
    OLLAMA_ENDPOINT: 'off',
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['api/src/main.ts'], {
    cwd: root,
    env: { ...environment, ...variables },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

test('a taken port is told in a sentence', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = address !== null && typeof address === 'object' ? String(address.port) : '';
  const { status, output } = refusedStart({ PORT: port, GATEWAY_PORT: '0' });
  holder.close();
  expect(status).toBe(1);
  expect(output).toContain(port);
  expect(output).toMatch(/in use|taken/);
  expect(output).not.toMatch(/\n\s+at /);
});

test('every mistake in librechat.yaml is listed with file, line and the fix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-config-'));
  const file = join(folder, 'librechat.yaml');
  writeFileSync(file, 'version: 1\nendpoints:\n  custom:\n    - name: 5\n      baseURL: nowhere\n      models: []\n');
  const { status, output } = refusedStart({ CONFIG_PATH: file, PORT: '0', GATEWAY_PORT: '0' });
  expect(status).toBe(1);
  for (const place of ['librechat.yaml:4', 'librechat.yaml:5', 'librechat.yaml:6']) expect(output).toContain(place);
  expect(output).not.toMatch(/\n\s+at /);
});

test('with MONGO_URI the secrets must be given, and the commands that make them are printed', () => {
  const { status, output } = refusedStart({ MONGO_URI: 'mongodb://127.0.0.1:1/parley', PORT: '0', GATEWAY_PORT: '0' });
  expect(status).toBe(1);
  for (const name of ['JWT_SECRET', 'JWT_REFRESH_SECRET', 'CREDS_KEY']) expect(output).toContain(name);
  expect(output).toMatch(/openssl rand|randomBytes/);
});

test('SIGTERM ends it cleanly within ten seconds', async () => {
  const parley = await startParley();
  expect(await parley.stop()).toBe(0);
  await parley.dispose();
});
