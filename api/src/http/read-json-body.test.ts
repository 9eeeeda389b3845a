import { connect } from 'node:net';
import { expect, it } from 'vitest';
import express from 'express';
import { problemHandler } from './problem.ts';
import { createJsonBodyReader } from './read-json-body.ts';
import { createRequestLog } from './request-log.ts';
import { serve } from './serve.ts';
import { pino } from 'pino';

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
