import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stream } from '@durable-streams/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStreamLog } from '../sqlite/create-sqlite-stream-log.ts';
import { StreamLogError, streamLogErrorStatus } from '../stream-log-error.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { createReadHandler, type ReadHandlerOptions } from './create-read-handler.ts';

const producer = { id: 'writer', epoch: 0 };

let log: StreamLogStore<unknown>;
let servers: Server[];

beforeEach(() => {
  log = createSqliteStreamLog<unknown>({ path: ':memory:', parse: (value) => value });
  servers = [];
});

afterEach(async () => {
  await log.shutdown();
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A host as the api is one: it answers what the handler throws. Returns the address of the log `story`. */
async function serve(options: Partial<ReadHandlerOptions> = {}): Promise<string> {
  const handle = createReadHandler({ log, longPollMs: 200, ...options });
  const server = createServer((request, response) => {
    const logId = new URL(request.url ?? '/', 'http://host').pathname.slice(1);
    handle(request, response, logId).catch((error: unknown) => {
      const code = error instanceof StreamLogError ? error.code : 'corrupt';
      response.writeHead(streamLogErrorStatus[code], { 'Content-Type': 'text/plain' }).end(code);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}/story`;
}

async function write(...batches: unknown[][]): Promise<void> {
  await log.open('story', producer);
  for (const [seq, batch] of batches.entries()) await log.append('story', producer, seq, batch);
}

/** Events of an SSE answer as `[event, value]`, and comments as `['comment', text]`, until the answer ends. */
async function* eventsOf(response: Response): AsyncGenerator<[string, unknown]> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, event, json] = /^event: (\w+)\ndata: ?(.*)$/.exec(block) ?? [];
      yield event === undefined ? ['comment', block.slice(2)] : [event, JSON.parse(json!)];
    }
  }
}

describe('the stock Durable Streams client', () => {
  it('catches up with a closed log', async () => {
    const url = await serve();
    await write([1, 2], [3]);
    await log.close('story', producer, 2, [4]);
    const answer = await stream<number>({ url, live: false });
    expect(await answer.json()).toEqual([1, 2, 3, 4]);
    expect(answer.streamClosed).toBe(true);
  });

  it('catches up with a log of several pages', async () => {
    const url = await serve();
    const entries = Array.from({ length: 2_500 }, (_, n) => n);
    await write(entries);
    expect(await (await stream<number>({ url, live: false })).json()).toEqual(entries);
  });

  for (const live of ['long-poll', 'sse'] as const) {
    it(`follows a log over ${live} from its start to its end`, async () => {
      const url = await serve();
      await write(['a'], ['b']);
      const answer = await stream<string>({ url, live });
      const wrote = ['a', 'b'];
      const received: string[] = [];
      for await (const item of answer.jsonStream()) {
        received.push(item);
        if (received.length < wrote.length || wrote.length === 7) continue;
        const seq = wrote.length;
        wrote.push(`entry ${seq}\nwith "quotes", ünïcode 🎈 and\r\n\r\na blank line`);
        if (seq < 6) await log.append('story', producer, seq, wrote.slice(-1));
        else await log.close('story', producer, seq, wrote.slice(-1));
      }
      expect(received).toEqual(wrote);
      expect(received).toHaveLength(7);
    });

    it(`resumes over ${live} from an offset it was given`, async () => {
      const url = await serve();
      await write(['a'], ['b']);
      const first = await stream<string>({ url, live: false });
      await first.json();
      await log.close('story', producer, 2, ['c']);
      const second = await stream<string>({ url, live, offset: first.offset });
      expect(await second.json()).toEqual(['c']);
    });
  }

  it('keeps reading over SSE when the server ends each answer early', async () => {
    const url = await serve({ sseMaxMs: 60 });
    await write([0]);
    const answer = await stream<number>({
      url,
      live: 'sse',
      sseResilience: { minConnectionDuration: 0 },
    });
    const received: number[] = [];
    for await (const item of answer.jsonStream()) {
      received.push(item);
      if (item < 4) await log.append('story', producer, item + 1, [item + 1]);
      else if (item === 4) await log.close('story', producer, 5, [5]);
    }
    expect(received).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('catch-up', () => {
  it('answers a JSON array with the position in the headers', async () => {
    const url = await serve();
    await write([{ n: 1 }], [{ n: 2 }]);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('stream-up-to-date')).toBe('true');
    expect(answer.headers.has('stream-closed')).toBe(false);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.json()).toEqual([{ n: 1 }, { n: 2 }]);
    const rest = await fetch(`${url}?offset=${answer.headers.get('stream-next-offset')}`);
    expect(await rest.json()).toEqual([]);
    expect(rest.headers.get('stream-next-offset')).toBe(answer.headers.get('stream-next-offset'));
  });

  it('starts at the end for offset=now', async () => {
    const url = await serve();
    await write([1]);
    const answer = await fetch(`${url}?offset=now`);
    expect(await answer.json()).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    await log.append('story', producer, 1, [2]);
    expect(await (await fetch(`${url}?offset=${answer.headers.get('stream-next-offset')}`)).json()).toEqual([2]);
  });

  it('says 304 for a known ETag until the log grows or closes', async () => {
    const url = await serve();
    await write([1]);
    const seen = async (etag: string | null) => (await fetch(url, { headers: { 'If-None-Match': etag! } })).status;
    const open = (await fetch(url)).headers.get('etag');
    expect(await seen(open)).toBe(304);
    await log.append('story', producer, 1, [2]);
    expect(await seen(open)).toBe(200);
    const grown = (await fetch(url)).headers.get('etag');
    await log.close('story', producer, 2, []);
    expect(await seen(grown)).toBe(200);
  });

  it('describes a log to HEAD', async () => {
    const url = await serve();
    await write([1]);
    const open = await fetch(url, { method: 'HEAD' });
    expect(open.status).toBe(200);
    expect(open.headers.get('stream-next-offset')).toMatch(/^\w+$/);
    expect(open.headers.get('cache-control')).toBe('no-store');
    await log.close('story', producer, 1, []);
    const closed = await fetch(url, { method: 'HEAD' });
    expect(closed.headers.get('stream-closed')).toBe('true');
  });
});

describe('a read that cannot be answered', () => {
  it.each([
    ['offset=', 400],
    ['offset=0,1', 400],
    ['offset=0%201', 400],
    ['offset=42', 400],
    ['offset=00000000_000000000000', 400],
    ['offset=-1&offset=-1', 400],
    ['live=sse', 400],
    ['live=long-poll', 400],
    ['offset=-1&live=websocket', 400],
    ['offset=no&live=sse', 400],
    ['offset=no&live=long-poll', 400],
  ])('%s is refused with %i', async (query, status) => {
    const url = await serve();
    await write([1]);
    expect((await fetch(`${url}?${query}`)).status).toBe(status);
  });

  it.each(['', '?offset=now', '?offset=-1&live=sse', '?offset=now&live=long-poll'])(
    'a missing log is 404 for %j',
    async (query) => {
      const url = await serve();
      expect((await fetch(url + query)).status).toBe(404);
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is refused, and what is allowed is said', async (method) => {
    const url = await serve();
    const answer = await fetch(url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('long-poll', () => {
  it('answers 204 with the position when nothing comes', async () => {
    const url = await serve({ longPollMs: 30 });
    await write([1]);
    const answer = await fetch(`${url}?offset=now&live=long-poll`);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('stream-up-to-date')).toBe('true');
    expect(answer.headers.get('stream-next-offset')).toBe((await log.read('story', '-1')).next);
    expect(answer.headers.get('stream-cursor')).toMatch(/^\d+$/);
  });

  it('answers 204 at once at the end of a closed log', async () => {
    const url = await serve({ longPollMs: 60_000 });
    await write([1]);
    const next = await log.close('story', producer, 1, []);
    const answer = await fetch(`${url}?offset=${next}&live=long-poll`);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('stream-closed')).toBe('true');
  });

  it('advances the cursor past the one it was brought', async () => {
    const url = await serve();
    await write([1]);
    const cursor = (await fetch(`${url}?offset=-1&live=long-poll`)).headers.get('stream-cursor');
    const next = (await fetch(`${url}?offset=-1&live=long-poll&cursor=${cursor}`)).headers.get('stream-cursor');
    expect(Number(next)).toBeGreaterThan(Number(cursor));
  });
});

describe('server-sent events', () => {
  it('pairs every data event with a control event and ends after the closed one', async () => {
    const url = await serve();
    await write([1], [2]);
    const answer = await fetch(`${url}?offset=-1&live=sse`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toContain('no-cache');
    const events = eventsOf(answer);
    expect((await events.next()).value).toEqual(['data', [1, 2]]);
    expect((await events.next()).value).toEqual([
      'control',
      {
        streamNextOffset: (await log.read('story', '-1')).next,
        streamCursor: expect.stringMatching(/^\d+$/),
        upToDate: true,
      },
    ]);
    const end = await log.close('story', producer, 2, [3]);
    expect((await events.next()).value).toEqual(['data', [3]]);
    expect((await events.next()).value).toEqual([
      'control',
      { streamNextOffset: end, upToDate: true, streamClosed: true },
    ]);
    expect((await events.next()).done).toBe(true);
  });

  it('says where it is at once, even when there is nothing to read', async () => {
    const url = await serve();
    await write();
    const events = eventsOf(await fetch(`${url}?offset=now&live=sse`));
    expect((await events.next()).value).toEqual(['control', expect.objectContaining({ upToDate: true })]);
    await events.return(undefined);
  });

  it('sends comments through a silence', async () => {
    const url = await serve({ heartbeatMs: 20 });
    await write();
    const events = eventsOf(await fetch(`${url}?offset=-1&live=sse`));
    await events.next();
    expect((await events.next()).value).toEqual(['comment', 'heartbeat']);
    expect((await events.next()).value).toEqual(['comment', 'heartbeat']);
    await events.return(undefined);
  });

  it('ends at its time limit, when the host drains, and when the log is removed', async () => {
    const drain = new AbortController();
    await write([1]);
    const short = await fetch(`${await serve({ sseMaxMs: 40 })}?offset=-1&live=sse`);
    expect(await short.text()).toContain('"upToDate":true');

    const drained = eventsOf(await fetch(`${await serve({ signal: drain.signal })}?offset=now&live=sse`));
    await drained.next();
    drain.abort();
    expect((await drained.next()).done).toBe(true);

    const removed = eventsOf(await fetch(`${await serve()}?offset=now&live=sse`));
    await removed.next();
    await log.remove('story');
    expect((await removed.next()).done).toBe(true);
  });

  it('ends when the log was made anew under its reader, who then hears that its offset is no more', async () => {
    const url = await serve();
    await write([1]);
    const events = eventsOf(await fetch(`${url}?offset=-1&live=sse`));
    await events.next();
    const [, control] = (await events.next()).value as [string, { streamNextOffset: string }];
    await log.remove('story');
    await write([1]);
    expect((await events.next()).done).toBe(true);
    expect((await fetch(`${url}?offset=${control.streamNextOffset}&live=sse`)).status).toBe(400);
  });

  it('stops following when the client leaves', async () => {
    const url = await serve();
    await write([1]);
    const left = Promise.withResolvers<void>();
    const texts = log.texts!;
    const follow = texts.follow.bind(texts);
    texts.follow = async function* watched(...parameters) {
      try {
        yield* follow(...parameters);
      } finally {
        left.resolve();
      }
    };
    const client = new AbortController();
    const answer = await fetch(`${url}?offset=-1&live=sse`, { signal: client.signal });
    client.abort();
    await expect(answer.text()).rejects.toThrow('aborted');
    await left.promise;
  });

  it('does not read ahead of a client that takes nothing, and loses nothing for it', { timeout: 30_000 }, async () => {
    const url = new URL(await serve());
    const entry = 'x'.repeat(100_000);
    await write(...Array.from({ length: 400 }, () => [entry]));
    let batches = 0;
    const texts = log.texts!;
    const follow = texts.follow.bind(texts);
    texts.follow = async function* counted(...parameters) {
      for await (const batch of follow(...parameters)) {
        batches += 1;
        yield batch;
      }
    };
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.write(`GET ${url.pathname}?offset=-1&live=sse HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'readable');
    for (let seq = 400; seq < 420; seq += 1) await log.append('story', producer, seq, [entry]);
    for (let turn = 0; turn < 200; turn += 1) await nextTurn();
    // What the system's own buffers took; all 420 entries would be 39 batches.
    expect(batches).toBeLessThan(30);

    await log.close('story', producer, 420, []);
    let received = 0;
    let tail = '';
    for await (const chunk of socket.setEncoding('utf8')) {
      received += String(chunk).split('x').length - 1;
      tail = (tail + String(chunk)).slice(-200);
      if (tail.includes('"streamClosed":true')) break;
    }
    // The headers hold an x or two of their own.
    expect(received).toBeGreaterThanOrEqual(420 * entry.length);
  });
});
