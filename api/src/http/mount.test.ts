import { once } from 'node:events';
import type { Server } from 'node:http';
import { defineRoute, problem, problemDocumentSchema, sessionIdSchema, userIdSchema } from '@parley/contracts';
import express, { Router } from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Actor } from '../access/actor.ts';
import { createMount } from './mount.ts';
import { problemHandler } from './problem.ts';
import { createRequestLog } from './request-log.ts';

const actor: Actor = {
  userId: userIdSchema.parse('00000000-0000-4000-8000-000000000001'),
  role: 'USER',
  sessionId: sessionIdSchema.parse('00000000-0000-4000-8000-000000000002'),
};

const greet = defineRoute({
  id: 'greet',
  summary: 'Greets.',
  method: 'POST',
  path: '/api/greetings/:times',
  access: 'user',
  status: 201,
  params: z.object({ times: z.coerce.number().check(z.int()) }),
  query: z.object({ loud: z._default(z.stringbool(), false) }),
  body: z.object({ name: z.string() }),
  response: z.object({ text: z.string() }),
});

const watch = defineRoute({
  id: 'watch',
  summary: 'Streams.',
  method: 'GET',
  path: '/api/watch',
  access: 'public',
  status: 200,
});

const forget = defineRoute({
  id: 'forget',
  summary: 'Forgets.',
  method: 'DELETE',
  path: '/api/forget',
  access: 'public',
  status: 204,
});

let router: Router;
let draining: AbortController;
let server: Server;
let url: string;
let lines: string[];

beforeEach(async () => {
  lines = [];
  draining = new AbortController();
  router = Router();
  const app = express();
  app.use(createRequestLog(pino({ level: 'debug' }, { write: (line) => lines.push(line) })));
  app.use((request, response, next) => router(request, response, next));
  app.use(problemHandler);
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function createTestMount() {
  return createMount({
    authenticate: (request) =>
      request.get('authorization') === 'Bearer good'
        ? Promise.resolve(actor)
        : Promise.reject(problem('not-authenticated')),
    checkAnswers: true,
    draining: draining.signal,
  });
}

function send(path: string, body: unknown, token = 'good'): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

it('hands parsed input and the actor to the handler and its answer to the client', async () => {
  createTestMount().mount(router, greet, ({ params, query, body, actor: { role } }) =>
    Promise.resolve({ text: `${body.name} ${params.times + 1} ${query.loud} ${role}` }),
  );
  const response = await send('/api/greetings/2?loud=true', { name: 'Ada', more: 1 });
  expect(response.status).toBe(201);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(await response.json()).toEqual({ text: 'Ada 3 true USER' });
});

it('lists what is wrong in all places at once, and does not call the handler', async () => {
  createTestMount().mount(router, greet, () => Promise.reject(new Error('must not be called')));
  const response = await send('/api/greetings/many?loud=perhaps', { name: 1 });
  expect(response.status).toBe(400);
  const { issues } = problemDocumentSchema.parse(await response.json());
  expect(issues?.map(({ path }) => path)).toEqual(['params.times', 'query.loud', 'body.name']);
  expect(issues?.every(({ message }) => message !== 'Invalid input')).toBe(true);
});

it('asks who it is before it reads anything', async () => {
  createTestMount().mount(router, greet, () => Promise.reject(new Error('must not be called')));
  expect((await send('/api/greetings/many', 'x'.repeat(2_000_000), 'bad')).status).toBe(401);
});

it('answers without a body where the route has none', async () => {
  createTestMount().mount(router, forget, () => Promise.resolve());
  const response = await fetch(`${url}/api/forget`, { method: 'DELETE' });
  expect([response.status, await response.text()]).toEqual([204, '']);
});

it('does not let an answer break its contract', async () => {
  for (const answer of [{ text: 1 }, {}, { text: 'a', passwordHash: 'secret' }]) {
    router = Router();
    createTestMount().mount(router, greet, () => Promise.resolve(answer as { text: string }));
    const response = await send('/api/greetings/1', { name: 'Ada' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  }
});

it('hides what went wrong inside from the client, but not from the log', async () => {
  createTestMount().mount(router, forget, () => Promise.reject(new Error('password of the database is x')));
  const response = await fetch(`${url}/api/forget`, { method: 'DELETE' });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('database');
  expect(lines.join('')).toContain('password of the database is x');
});

it('sends the wait along with a problem that has one', async () => {
  createTestMount().mount(router, forget, () => Promise.reject(problem('too-many-requests', { retryAfterSeconds: 7 })));
  expect((await fetch(`${url}/api/forget`, { method: 'DELETE' })).headers.get('Retry-After')).toBe('7');
});

it('tells a handler when its client leaves', async () => {
  const aborted = Promise.withResolvers<void>();
  createTestMount().mountRaw(router, watch, async ({ response, signal }) => {
    response.writeHead(200).write('first');
    await once(signal, 'abort');
    aborted.resolve();
  });
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/watch`, { signal: leaving.signal });
  expect(response.status).toBe(200);
  leaving.abort();
  await aborted.promise;
});

it('ends a stream when the server shuts down', async () => {
  createTestMount().mountRaw(router, watch, async ({ response, signal }) => {
    response.writeHead(200).write('first');
    await once(signal, 'abort');
    response.end('last');
  });
  const response = await fetch(`${url}/api/watch`);
  draining.abort();
  expect(await response.text()).toBe('firstlast');
});

it('cuts a stream that fails half-way, so that nobody takes it for whole', async () => {
  createTestMount().mountRaw(router, watch, ({ response }) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('first');
    return Promise.reject(new Error('broken'));
  });
  await expect(fetch(`${url}/api/watch`).then((response) => response.text())).rejects.toThrow('terminated');
});

it('writes one line for a request, without its query, headers and body', async () => {
  createTestMount().mount(router, greet, () => Promise.resolve({ text: 'Hello' }));
  const ended = await send('/api/greetings/1?loud=true', { name: 'Ada-in-body' });
  await ended.text();
  const entries = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request');
  expect(entries).toEqual([
    expect.objectContaining({
      requestId: ended.headers.get('X-Request-Id'),
      req: { method: 'POST', path: '/api/greetings/1' },
      res: { status: 201 },
      durationMs: expect.any(Number),
    }),
  ]);
  expect(lines.join('')).not.toMatch(/Ada-in-body|Bearer|loud/);
});
