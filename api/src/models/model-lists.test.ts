import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndpointConfig } from '../config/app-config.ts';
import type { SharedCache } from '../redis/shared-cache.ts';
import { createModelLists } from './model-lists.ts';

const log = pino({ level: 'silent' });
const never = new AbortController().signal;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function endpointServedBy(listener: RequestListener): Promise<EndpointConfig> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return endpoint(`http://127.0.0.1:${address.port}/v1`);
}

function endpoint(baseUrl: string): EndpointConfig {
  return {
    name: 'Test',
    label: 'Test',
    type: 'custom',
    baseUrl,
    apiKey: 'key',
    models: { default: ['default-model'], fetch: true },
    headers: { 'X-Team': 'law' },
    titleConvo: false,
  };
}

describe('a list that is to be fetched', () => {
  it('is asked of the endpoint with its key and headers, once for many questions', async () => {
    const seen: unknown[] = [];
    const target = await endpointServedBy((request, response) => {
      seen.push([request.url, request.headers.authorization, request.headers['x-team']]);
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] }));
    });
    const lists = createModelLists({ log, fetch, now: Date.now });
    const answers = await Promise.all([lists.of(target, never), lists.of(target, never)]);
    expect(answers).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await lists.of(target, never)).toEqual(['a', 'b']);
    expect(seen).toEqual([['/v1/models', 'Bearer key', 'law']]);
  });

  it('is asked again after a minute', async () => {
    let now = 0;
    let count = 0;
    const target = await endpointServedBy((_request, response) => {
      count += 1;
      response.end(JSON.stringify({ data: [{ id: `model-${count}` }] }));
    });
    const lists = createModelLists({ log, fetch, now: () => now });
    expect(await lists.of(target, never)).toEqual(['model-1']);
    now = 59_000;
    expect(await lists.of(target, never)).toEqual(['model-1']);
    now = 61_000;
    expect(await lists.of(target, never)).toEqual(['model-2']);
  });

  it.each<[string, RequestListener]>([
    ['answers an error', (_request, response) => response.writeHead(500).end('no')],
    ['answers something unreadable', (_request, response) => response.end('<html>')],
    ['answers another shape', (_request, response) => response.end('{"models":[]}')],
    ['answers an empty list', (_request, response) => response.end('{"data":[]}')],
    ['redirects', (_request, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
    ['hangs up', (request) => request.socket.destroy()],
    [
      'never stops',
      (_request, response) => {
        const more = (): void =>
          void (response.write('x'.repeat(1024 * 1024)) ? setImmediate(more) : response.once('drain', more));
        more();
      },
    ],
  ])('is replaced by the default list when the endpoint %s', async (_what, listener) => {
    const lists = createModelLists({ log, fetch, now: Date.now });
    expect(await lists.of(await endpointServedBy(listener), never)).toEqual(['default-model']);
  });

  it('is replaced by the default list when there is nobody, and asked for again soon', async () => {
    let now = 0;
    const lists = createModelLists({ log, fetch, now: () => now });
    const target = await endpointServedBy((_request, response) => response.end('{"data":[{"id":"back"}]}'));
    const closed = { ...target, baseUrl: 'http://127.0.0.1:1/v1' };
    expect(await lists.of(closed, never)).toEqual(['default-model']);
    expect(await lists.of(target, never)).toEqual(['default-model']);
    now = 11_000;
    expect(await lists.of(target, never)).toEqual(['back']);
  });

  it('does not hold up somebody who leaves', async () => {
    const target = await endpointServedBy(() => undefined);
    const leaving = new AbortController();
    const answer = createModelLists({ log, fetch, now: Date.now }).of(target, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
  });
});

it('asks once for all who share a cache, and does without one that fails', async () => {
  let asked = 0;
  const target = await endpointServedBy((_request, response) => {
    asked += 1;
    response.end('{"data":[{"id":"a"}]}');
  });
  const kept = new Map<string, unknown>();
  const shared: SharedCache = {
    read: (key) => Promise.resolve(kept.get(key)),
    write(key, value) {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
  const broken: SharedCache = {
    read: () => Promise.reject(new Error('away')),
    write: () => Promise.reject(new Error('away')),
  };
  for (const cache of [shared, shared, broken]) {
    const lists = createModelLists({ log, fetch, now: Date.now, shared: cache });
    expect(await lists.of(target, never)).toEqual(['a']);
  }
  expect(asked).toBe(2);
});

it('uses the default list without asking when it is not to be fetched', async () => {
  let asked = 0;
  const target = await endpointServedBy((_request, response) => {
    asked += 1;
    response.end('{"data":[{"id":"other"}]}');
  });
  const lists = createModelLists({ log, fetch, now: Date.now });
  expect(await lists.of({ ...target, models: { default: ['only'], fetch: false } }, never)).toEqual(['only']);
  expect(asked).toBe(0);
});
