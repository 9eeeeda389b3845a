import { once } from 'node:events';
import { connect } from 'node:net';
import { DurableStream, IdempotentProducer, stream } from '@durable-streams/client';
import { describe, expect, it } from 'vitest';
import type { StreamStore } from '../stream-store.ts';
import { serveStreams, type StreamServer } from './serve-streams.ts';
import { newLogId } from './stream-log-subject.ts';

const json = { 'Content-Type': 'application/json' };
const patient = { timeout: 30_000 };

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { ...json, ...headers }, body });
}

/** Headers of an append. */
function by(epoch: number, seq: number): Record<string, string> {
  return { 'Producer-Id': 'writer', 'Producer-Epoch': String(epoch), 'Producer-Seq': String(seq) };
}

/** What the protocol's public suite does not ask: big entries, bad input, clients that misbehave. */
export function describeServing(served: () => { readonly store: StreamStore; readonly server: StreamServer }): void {
  function urlOf(id = newLogId()): string {
    return `${served().server.baseUrl}/v1/stream/${id}`;
  }

  async function created(init: RequestInit = { headers: json }): Promise<string> {
    const url = urlOf();
    expect((await fetch(url, { method: 'PUT', ...init })).status).toBe(201);
    return url;
  }

  describe('the stock client', () => {
    it('writes JSON and reads it in every mode', async () => {
      const url = urlOf();
      const handle = await DurableStream.create({ url, contentType: 'application/json' });
      for (const n of [1, 2, 3]) await handle.append(JSON.stringify({ n }));
      await handle.close({ body: JSON.stringify({ n: 4 }) });
      for (const live of [false, 'long-poll', 'sse'] as const) {
        const answer = await stream<{ n: number }>({ url, live });
        expect((await answer.json()).map(({ n }) => n)).toEqual([1, 2, 3, 4]);
      }
    });

    it('writes bytes and reads them in every mode', async () => {
      const url = urlOf();
      const bytes = Uint8Array.from({ length: 1_024 }, (_, index) => index % 256);
      const handle = await DurableStream.create({ url, contentType: 'application/octet-stream' });
      await handle.append(bytes);
      await handle.close({ body: bytes });
      for (const live of [false, 'long-poll', 'sse'] as const) {
        expect(await (await stream({ url, live })).body()).toEqual(Uint8Array.from([...bytes, ...bytes]));
      }
    });

    it('writes as an idempotent producer, and takes over from its predecessor', async () => {
      const url = await created();
      const handle = new DurableStream({ url, contentType: 'application/json' });
      const first = new IdempotentProducer(handle, 'writer', { epoch: 0 });
      first.append('1');
      await first.flush();
      const second = new IdempotentProducer(handle, 'writer', { epoch: 1 });
      for (let n = 2; n <= 50; n += 1) second.append(String(n));
      await second.flush();
      expect((await post(url, '0', by(0, 1))).status).toBe(403);
      const entries = await (await stream<number>({ url, live: false })).json();
      expect(entries).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      await Promise.all([first.close(), second.close()].map((closing) => closing.catch(() => undefined)));
    });
  });

  describe('entries of 5 MB', () => {
    it('are taken as JSON and read back in every mode', patient, async () => {
      const url = await created();
      const text = 'x"\\'.repeat(1_000_000);
      const body = JSON.stringify([text, 1]);
      expect(body.length).toBeGreaterThan(5_000_000);
      expect((await post(url, body, by(0, 0))).status).toBe(200);
      await post(url, '2', { 'Stream-Closed': 'true' });
      for (const live of [false, 'long-poll', 'sse'] as const) {
        const entries = await (await stream({ url, live })).json();
        expect(entries.map((entry) => (typeof entry === 'string' ? entry.length : entry))).toEqual([text.length, 1, 2]);
        expect(entries[0] === text).toBe(true);
      }
    });

    it('are taken as bytes and read back in every mode', patient, async () => {
      const bytes = Buffer.alloc(5_000_000, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
      const headers = { 'Content-Type': 'application/octet-stream' };
      const url = await created({ headers, body: bytes });
      await fetch(url, { method: 'POST', headers: { 'Stream-Closed': 'true' } });
      for (const live of [false, 'long-poll', 'sse'] as const) {
        const received = await (await stream({ url, live })).body();
        expect(bytes.equals(received)).toBe(true);
      }
    });

    it('have a limit above, which leaves the stream as it was', patient, async () => {
      const url = await created();
      await post(url, '1');
      expect((await post(url, JSON.stringify('x'.repeat(10 * 1_048_576)))).status).toBe(413);
      const put = { method: 'PUT', headers: json, body: JSON.stringify('x'.repeat(10 * 1_048_576)) };
      expect((await fetch(urlOf(), put)).status).toBe(413);
      expect((await post(url, '2')).status).toBe(204);
      expect(await (await fetch(url)).json()).toEqual([1, 2]);
    });
  });

  describe('bad input', () => {
    it.each(['-2', '-0', '0', '1', 'NaN', '00000000_000000000000', 'x_1', '%00', '..%2F', '9'.repeat(5_000)])(
      'the offset %j is refused in every mode',
      async (offset) => {
        const url = await created({ headers: json, body: '[1,2]' });
        for (const live of ['', '&live=long-poll', '&live=sse']) {
          expect((await fetch(`${url}?offset=${offset}${live}`)).status).toBe(400);
        }
      },
    );

    it('an offset of another stream, or past the end, is refused', async () => {
      const [one, two] = [await created({ headers: json, body: '[1,2]' }), await created({ headers: json })];
      const foreign = (await fetch(one)).headers.get('stream-next-offset') ?? '';
      const past = foreign.replace('2', '3');
      expect((await fetch(`${two}?offset=${foreign}`)).status).toBe(400);
      expect((await fetch(`${one}?offset=${past}`)).status).toBe(400);
      expect((await fetch(`${one}?offset=${foreign}`)).status).toBe(200);
    });

    it('an offset of a stream that was removed and made again is refused', async () => {
      const url = await created({ headers: json, body: '[1]' });
      const old = (await fetch(url)).headers.get('stream-next-offset');
      await fetch(url, { method: 'DELETE' });
      await fetch(url, { method: 'PUT', headers: json, body: '[1,2]' });
      expect((await fetch(`${url}?offset=${old}`)).status).toBe(400);
    });

    it('a stale epoch is answered with the current one, and writes nothing', async () => {
      const url = await created();
      await post(url, '1', by(7, 0));
      for (const headers of [by(6, 0), by(6, 1), { ...by(0, 0), 'Stream-Closed': 'true' }]) {
        const answer = await post(url, '2', headers);
        expect(answer.status).toBe(403);
        expect(answer.headers.get('producer-epoch')).toBe('7');
        expect(await answer.json()).toMatchObject({ code: 'fenced', status: 403 });
      }
      expect(await (await fetch(url)).json()).toEqual([1]);
    });

    it.each([
      [{ 'Stream-TTL': '99999999999999' }],
      [{ 'Stream-Expires-At': '2030-02-01' }],
      [{ 'Stream-Expires-At': '2030-13-01T00:00:00Z' }],
      [{ 'Content-Type': 'nonsense' }],
      [{ 'Stream-Forked-From': '/elsewhere/x' }],
      [{ 'Stream-Forked-From': 'http://[' }],
      [{ 'Stream-Fork-Offset': '-1' }],
    ])('a stream with %j is refused', async (headers) => {
      expect((await fetch(urlOf(), { method: 'PUT', headers: { ...json, ...headers } })).status).toBe(400);
    });

    it.each(['PATCH', 'PROPFIND'])('%s is refused, and what there is is said', async (method) => {
      const answer = await fetch(urlOf(), { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toContain('POST');
    });

    it.each(['/', '/v1/stream/', '/v1/streams/x', '/v1/stream/%E0%A4%A', '//'])(
      'there is nothing at %s',
      async (path) => {
        expect((await fetch(served().server.baseUrl + path)).status).toBe(404);
      },
    );

    it('a body that ends early leaves the stream as it was', async () => {
      const url = new URL(await created());
      const socket = connect(Number(url.port), url.hostname);
      const head = `POST ${url.pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`;
      socket.end(`${head}[1,2`);
      socket.resume();
      await once(socket, 'close');
      expect(await (await fetch(url)).json()).toEqual([]);
    });

    it('was never the server’s fault', () => {
      expect(served().server.errors).toEqual([]);
    });
  });

  describe('a client that never reads', () => {
    it('harms no writer and no other reader, and finds everything when it does', patient, async () => {
      const url = new URL(await created());
      const entry = JSON.stringify('x'.repeat(200_000));
      const socket = connect(Number(url.port), url.hostname);
      socket.write(`GET ${url.pathname}?offset=-1&live=sse HTTP/1.1\r\nHost: x\r\n\r\n`);
      await once(socket, 'readable');
      const reader = countEntries(url.href);
      for (let count = 0; count < 100; count += 1) expect((await post(url.href, entry)).status).toBe(204);
      await fetch(url, { method: 'POST', headers: { 'Stream-Closed': 'true' } });
      expect(await reader).toBe(100);
      let [received, tail] = [0, ''];
      for await (const chunk of socket.setEncoding('utf8')) {
        received += String(chunk).split('x').length - 1;
        tail = (tail + String(chunk)).slice(-200);
        if (tail.includes('"streamClosed":true')) break;
      }
      // The headers hold an x or two of their own.
      expect(received).toBeGreaterThanOrEqual(100 * 200_000);
    });

    it.each(['offset=-1', 'offset=-1&live=sse'])('is cut off in time when it asks for %s', patient, async (query) => {
      const server = await serveStreams(served().store, { sseMaxMs: 200, stallMs: 200 });
      const url = await created();
      for (let count = 0; count < 30; count += 1) await post(url, JSON.stringify('x'.repeat(300_000)));
      const { port, pathname } = new URL(url.replace(served().server.baseUrl, server.baseUrl));
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`GET ${pathname}?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await once(socket, 'readable');
      await expect.poll(() => server.connections()).toBe(0);
      expect(server.errors).toEqual([]);
      socket.destroy();
      await server.close();
    });
  });
}

async function countEntries(url: string): Promise<number> {
  let count = 0;
  for await (const _ of (await stream({ url, live: 'sse' })).jsonStream()) count += 1;
  return count;
}
