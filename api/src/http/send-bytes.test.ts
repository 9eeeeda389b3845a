import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sendBytes } from './send-bytes.ts';

const piece = new Uint8Array(64 * 1024);
let open = 0;
let failures = 0;
let url = '';

async function* endless(count: number): AsyncGenerator<Uint8Array> {
  open += 1;
  try {
    for (let sent = 0; sent < count; sent += 1) yield await Promise.resolve(piece);
    if (count === 0) throw new Error('It cannot be read.');
  } finally {
    open -= 1;
  }
}

const app = express();
app.get('/:count', async (request, response) => {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort(new Error('The client left.')));
  await sendBytes(response, endless(Number(request.params.count)), leaving.signal, () => response.status(206));
});
app.use(((_error, _request, response, _next) => {
  failures += 1;
  response.status(500).end();
}) satisfies express.ErrorRequestHandler);
const server = createServer(app);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (typeof address === 'object' && address !== null) url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server.close());

it('sends all there is', async () => {
  const response = await fetch(`${url}/3`);
  expect(response.status).toBe(206);
  expect((await response.arrayBuffer()).byteLength).toBe(3 * piece.length);
  expect(open).toBe(0);
});

it('closes what it reads when its reader leaves, and calls that no failure', async () => {
  const leaving = new AbortController();
  const response = await fetch(`${url}/1000000`, { signal: leaving.signal });
  expect([response.status, open]).toEqual([206, 1]);
  leaving.abort();
  await vi.waitFor(() => expect(open).toBe(0));
  expect(failures).toBe(0);
});

it('tells what cannot be read as an error', async () => {
  expect((await fetch(`${url}/0`)).status).toBe(500);
  expect([open, failures]).toEqual([0, 1]);
});
