import { connect } from 'node:net';
import { expect, it } from 'vitest';
import express from 'express';
import { problemHandler } from './problem.ts';
import { createJsonBodyReader } from './read-json-body.ts';
import { createRequestLog } from './request-log.ts';
import { serve } from './serve.ts';
import { pino } from 'pino';

it.each([
  ['{"half":["\\ud83d","\\ud83d\\ude00"],"__proto__":{"x":1}}', 200, '{"half":["\ufffd","😀"],"__proto__":{"x":1}}'],
  ['['.repeat(500_000), 400, expect.stringContaining('"code":"invalid-json"')],
  [`${'['.repeat(500_000)}${']'.repeat(500_000)}`, 400, expect.stringContaining('"code":"invalid-json"')],
])('reads text that can be stored as it is, and no tower of brackets', async (body, status, answer) => {
  const app = express();
  const read = createJsonBodyReader(2_000_000);
  app.use(createRequestLog(pino({ level: 'silent' })));
  app.post('/', async (request, response) => void response.json(await read(request, response)));
  app.use(problemHandler);
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${server.port}`, { method: 'POST', headers, body });
  expect([response.status, await response.text()]).toEqual([status, answer]);
  await server.close();
});

it('does not wait for ever for a body that comes slowly', async () => {
  const read = createJsonBodyReader(1_000, 50);
  const app = express();
  app.use(createRequestLog(pino({ level: 'silent' })));
  app.post('/', async (request, response) => void response.json(await read(request, response)));
  app.use(problemHandler);
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":');
  let answer = '';
  for await (const bytes of socket.setEncoding('utf8')) answer += String(bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"code":"request-timeout"');
  await server.close();
});
