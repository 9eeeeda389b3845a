import { once } from 'node:events';
import express from 'express';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createProbeRouter } from './probe-router.ts';
import { createRequestLog } from './request-log.ts';

const up = (): Promise<void> => Promise.resolve();

async function ask(address: string, pingDatabase: () => Promise<void>, draining: AbortSignal): Promise<unknown[]> {
  const app = express().use(createRequestLog(pino({ level: 'silent' })));
  app.use(createProbeRouter({ version: '1', pings: { database: pingDatabase, redis: up }, draining }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  const response = await fetch(`http://127.0.0.1:${port}${address}`);
  const answer = [response.status, await response.json()];
  server.close();
  return answer;
}

const down = (): Promise<void> => Promise.reject(new Error('down'));
const running = new AbortController().signal;

it('is not ready while the database is down, but alive', async () => {
  expect(await ask('/readyz', down, running)).toMatchObject([
    503,
    { status: 'unavailable', checks: { database: 'down', redis: 'ok' } },
  ]);
  expect(await ask('/livez', down, running)).toEqual([200, { status: 'ok' }]);
});

it('is not ready while it shuts down', async () => {
  expect(await ask('/readyz', up, AbortSignal.abort())).toMatchObject([
    503,
    { checks: { database: 'ok', draining: true } },
  ]);
});
