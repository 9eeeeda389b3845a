import { once } from 'node:events';
import express from 'express';
import { expect, it } from 'vitest';
import { createDrainGate } from './drain-gate.ts';
import { problemHandler } from './problem.ts';
import { pino } from 'pino';
import { createRequestLog } from './request-log.ts';

it('lets everybody in, until the server shuts down and sends them elsewhere', async () => {
  const draining = new AbortController();
  const app = express()
    .use(createRequestLog(pino({ level: 'silent' })))
    .use(createDrainGate(draining.signal))
    .get('/here', (_request, response) => void response.json('yes'))
    .use(problemHandler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/here`;
  expect((await fetch(url)).status).toBe(200);

  draining.abort();
  const response = await fetch(url);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.json()).toMatchObject({ code: 'not-ready' });
  server.close();
});
