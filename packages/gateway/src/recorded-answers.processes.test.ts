import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRedisTested, startRedis } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startGatewayProcess } from './testing/gateway-process.ts';
import type { GatewayProcess } from './testing/gateway-process.ts';
import { startPacedUpstream, wordsUpTo } from './testing/paced-upstream.ts';
import type { PacedUpstream } from './testing/paced-upstream.ts';
import { lastEventIdOf, readSse, textOf } from './testing/sse-reader.ts';
import type { SseReading } from './testing/sse-reader.ts';

// Processes take a while to start, and death is only told by missed beats.
vi.setConfig({ testTimeout: 60_000 });

const ask = { model: 'openai/up', messages: [{ role: 'user', content: 'Hi' }], stream: true };

let upstream: PacedUpstream;
let processes: GatewayProcess[];
beforeEach(async () => {
  processes = [];
  upstream = await startPacedUpstream();
});
afterEach(async () => {
  await Promise.all(processes.map((gateway) => gateway.kill()));
  await upstream.close();
});

async function start(variables: Record<string, string>): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess({ OPENAI_BASE_URL: upstream.baseUrl, ...variables });
  processes.push(gateway);
  return gateway;
}

function post({ url }: GatewayProcess, key: string, headers: Record<string, string> = {}): Promise<SseReading> {
  return readSse(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(ask),
    headers: { 'idempotency-key': key, ...headers },
  });
}

/** Asks, and waits until `count` words are there. */
async function begin(gateway: GatewayProcess, key: string, count: number): Promise<SseReading> {
  const calls = upstream.calls();
  const asked = post(gateway, key);
  await expect.poll(() => upstream.calls()).toBe(calls + 1);
  upstream.say(count);
  const reading = await asked;
  await expect.poll(() => reading.text).toBe(wordsUpTo(count));
  return reading;
}

test('a client killed in mid-stream reads on, in a new process, without a second call', async () => {
  const gateway = await start({});
  const [key, url] = [randomUUID(), `${gateway.url}/v1/chat/completions`];
  const script = fileURLToPath(new URL('testing/client-process.ts', import.meta.url));
  const client = spawn(process.execPath, [script, url, key, JSON.stringify(ask)]);
  let raw = '';
  client.stdout.on('data', (bytes: Buffer) => (raw += bytes.toString()));
  await expect.poll(() => upstream.calls()).toBe(1);
  upstream.say(7);
  await expect.poll(() => textOf(raw)).toBe(wordsUpTo(7));
  client.kill('SIGKILL');
  await once(client, 'exit');
  upstream.say(7);
  const rest = await post(gateway, key, { 'last-event-id': lastEventIdOf(raw) ?? '' });
  upstream.finish();
  await rest.over;
  expect(textOf(raw) + rest.text).toBe(wordsUpTo(14));
  expect(upstream.calls()).toBe(1);
});

describe('recordings in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-recordings-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a killed gateway replays whole answers when it is back, and knows which cannot be continued', async () => {
    const variables = { GATEWAY_RECORDINGS: `sqlite:${join(folder, 'new', 'recordings.sqlite')}` };
    const gateway = await start(variables);
    const [whole, half] = [randomUUID(), randomUUID()];
    const first = await begin(gateway, whole, 20);
    upstream.finish();
    await first.over;
    const second = await begin(gateway, half, 5);
    await gateway.kill();
    await second.over;

    const next = await start(variables);
    const replay = await post(next, whole);
    await replay.over;
    expect([replay.recording, replay.raw]).toEqual(['replayed', first.raw]);
    expect((await post(next, half, { 'last-event-id': second.lastEventId ?? '' })).status).toBe(409);
    expect(upstream.calls()).toBe(2);
    const again = await begin(next, half, 3);
    expect(again.recording).toBe('new');
    expect(upstream.calls()).toBe(3);
  });

  test('a gateway that is told to stop leaves nothing half', async () => {
    const variables = { GATEWAY_RECORDINGS: `sqlite:${join(folder, 'recordings.sqlite')}` };
    const gateway = await start(variables);
    const key = randomUUID();
    const reading = await begin(gateway, key, 5);
    reading.leave();
    await gateway.kill('SIGTERM');
    await expect.poll(() => upstream.openSockets.size).toBe(0);
    expect((await begin(await start(variables), key, 1)).recording).toBe('new');
  });
});

test.each(['postgres://x', 'sqlite:', 'sqlite:/dev/null/x/y', 'redis://127.0.0.1:1'])(
  'a place that cannot be used (%s) is told and nothing is started',
  async (place) => {
    await expect(start({ GATEWAY_RECORDINGS: place })).rejects.toThrow(/GATEWAY_RECORDINGS: (must|cannot|names)/);
  },
);

describe.skipIf(!isRedisTested())('two gateways with one Redis', () => {
  let redis: TestRedis;
  let one: GatewayProcess;
  let other: GatewayProcess;
  beforeEach(async () => {
    redis = await startRedis();
    const variables = {
      GATEWAY_RECORDINGS: `redis://127.0.0.1:${redis.port}`,
      GATEWAY_RECORDING_GRACE_MS: '3000',
    };
    [one, other] = await Promise.all([start(variables), start(variables)]);
  });
  afterEach(() => redis.stop());

  test('a request at the other one follows the same call, and keeps it alive', async () => {
    const key = randomUUID();
    const first = await begin(one, key, 5);
    const second = await post(other, key);
    expect(second.recording).toBe('replayed');
    first.leave();
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    upstream.say(5);
    upstream.finish();
    await second.over;
    expect(second.text).toBe(wordsUpTo(10));
    expect(second.raw).toContain('[DONE]');
    const third = await post(one, key);
    await third.over;
    expect(third.raw).toBe(second.raw);
    expect(upstream.calls()).toBe(1);
  });

  test('the call of a killed gateway ends for those who follow it, and is made anew', async () => {
    const key = randomUUID();
    const first = await begin(one, key, 5);
    const second = await post(other, key);
    await expect.poll(() => second.text).toBe(wordsUpTo(5));
    const lastEventId = second.lastEventId ?? '';
    await one.kill();
    const third = post(other, key);
    await Promise.all([first.over, second.over]);
    expect(second.raw).toContain('"code":"stream_cut"');
    expect(second.raw).not.toContain('[DONE]');
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.say(2);
    expect((await third).recording).toBe('new');
    expect((await post(other, key, { 'last-event-id': lastEventId })).status).toBe(409);
  });

  test('a call is cancelled from the other one', async () => {
    const key = randomUUID();
    const first = await begin(one, key, 5);
    const { status } = await fetch(`${other.url}/v1/chat/completions/${key}`, { method: 'DELETE' });
    expect(status).toBe(204);
    await first.over;
    expect(first.raw).toContain('"code":"cancelled"');
    await expect.poll(() => upstream.openSockets.size).toBe(0);
  });

  test('many requests at both at once make one call', async () => {
    const key = randomUUID();
    const all = Promise.all(Array.from({ length: 10 }, (_, index) => post(index % 2 === 0 ? one : other, key)));
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(30);
    upstream.finish();
    const readings = await all;
    await Promise.all(readings.map(({ over }) => over));
    expect(new Set(readings.map(({ raw }) => raw)).size).toBe(1);
    expect(readings[0]?.text).toBe(wordsUpTo(30));
    expect(upstream.calls()).toBe(1);
  });

  test('a gateway that was frozen finds its recording taken over, and serves its own client to the end', async () => {
    const key = randomUUID();
    const first = await begin(one, key, 5);
    one.freeze();
    const second = await begin(other, key, 3);
    expect(second.recording).toBe('new');
    one.thaw();
    upstream.say(4);
    await expect.poll(() => first.text).toBe(wordsUpTo(12));
    upstream.finish();
    await Promise.all([first.over, second.over]);
    expect([first.text, second.text]).toEqual([wordsUpTo(12), wordsUpTo(7)]);
    const third = await post(one, key);
    await third.over;
    expect(third.raw).toBe(second.raw);
  });

  test('a Redis that is gone costs the recording, not the answer', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    const first = await begin(one, before, 5);
    await redis.stop();
    const second = await begin(one, after, 5);
    upstream.say(5);
    upstream.finish();
    await Promise.all([first.over, second.over]);
    expect([first.text, second.text]).toEqual([wordsUpTo(15), wordsUpTo(10)]);
    expect([first.recording, second.recording]).toEqual(['new', null]);
    expect((await post(one, after, { 'last-event-id': first.lastEventId ?? '' })).status).toBe(400);
    expect((await post(one, before, { 'last-event-id': first.lastEventId ?? '' })).status).toBe(503);
    redis = await startRedis();
  });

  test('a Redis that comes back empty costs the recording, not the answer', async () => {
    const key = randomUUID();
    const first = await begin(one, key, 5);
    await redis.restart();
    upstream.say(5);
    upstream.finish();
    await first.over;
    expect(first.text).toBe(wordsUpTo(10));
    expect(first.raw).toContain('[DONE]');
  });
});
