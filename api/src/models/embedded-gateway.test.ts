import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartError } from '../start-error.ts';
import { startEmbeddedGateway } from './embedded-gateway.ts';
import type { EmbeddedGateway } from './embedded-gateway.ts';

let installRoot: string;
beforeEach(() => {
  installRoot = mkdtempSync(path.join(tmpdir(), 'embedded-gateway-'));
  mkdirSync(path.join(installRoot, 'data'));
});
afterEach(() => rmSync(installRoot, { recursive: true }));

function start(port: number): Promise<EmbeddedGateway> {
  const environment = { OLLAMA_ENDPOINT: 'off', GUIDE_TOKEN_DELAY_MS: '0', PORT: '3080', LOG_LEVEL: 'fatal' };
  const configFile = path.join(installRoot, 'gateway.yaml');
  const gateway = { enabled: true, host: '127.0.0.1', port, configFile, environment };
  return startEmbeddedGateway(
    { installRoot, dataDir: path.join(installRoot, 'data'), gateway, endpoints: [] },
    pino({ level: 'silent' }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** The status of one call to a gateway that is started for it. */
async function ask(): Promise<number> {
  const port = await freePort();
  const embedded = await start(port);
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer let-me-in' },
    body: JSON.stringify({ model: 'mine', messages: [{ role: 'user', content: 'count to 9' }] }),
  });
  await response.text();
  await embedded.close();
  return response.status;
}

test('the gateway beside the app works by gateway.yaml, and keeps budgets in the data folder', async () => {
  const text = 'models: { mine: guide }\nkeys: [{ id: a, key: let-me-in, budget: { tokens: 1, per: day } }]\n';
  writeFileSync(path.join(installRoot, 'gateway.yaml'), text);
  expect([await ask(), await ask()]).toEqual([200, 402]);
});

test('mistakes in gateway.yaml stop the start, each with its line', async () => {
  writeFileSync(path.join(installRoot, 'gateway.yaml'), 'models: { mine: nobody/x }\nnonsense: 1\n');
  const failure = start(0);
  await expect(failure).rejects.toThrow(StartError);
  await expect(failure).rejects.toThrow(/gateway\.yaml:1:17 models\.mine[^]*gateway\.yaml:2:1 nonsense/);
});
