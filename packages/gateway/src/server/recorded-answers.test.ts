import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRedisTested, startRedis } from '@parley/stream-log/conformance';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRecordings } from '../open-recordings.ts';
import { createMemoryRecordingLog } from '../recordings/memory-recording-log.ts';
import type { RecordingStore } from '../recordings/recording-log.ts';
import { startPacedUpstream, wordsUpTo } from '../testing/paced-upstream.ts';
import type { PacedUpstream } from '../testing/paced-upstream.ts';
import { chunk } from '../testing/scripted-upstream.ts';
import { lastEventIdOf, readSse, textOf } from '../testing/sse-reader.ts';
import type { SseReading } from '../testing/sse-reader.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const ask = { model: 'openai/up', messages: [{ role: 'user', content: 'Hi' }], stream: true };

interface OpenStore {
  readonly store: RecordingStore;
  close(): Promise<void>;
}

async function openMemory(): Promise<OpenStore> {
  return { store: { log: createMemoryRecordingLog(), isShared: false }, close: async () => undefined };
}

async function openSqlite(): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-recordings-'));
  const place = { kind: 'sqlite', path: join(folder, 'recordings.sqlite') } as const;
  const opened = await openRecordings({ place, lifeMs: 60_000, onError: () => undefined });
  return { store: opened.store, close: () => opened.close().then(() => rm(folder, { recursive: true })) };
}

async function openRedis(): Promise<OpenStore> {
  const server = await startRedis();
  const place = { kind: 'redis', url: `redis://127.0.0.1:${server.port}` } as const;
  const opened = await openRecordings({ place, lifeMs: 60_000, onError: () => undefined });
  return { store: opened.store, close: () => opened.close().then(() => server.stop()) };
}

const stores = [
  ['memory', openMemory],
  ['SQLite', openSqlite],
  ...(isRedisTested() ? [['Redis', openRedis] as const] : []),
] as const;

describe.each(stores)('recorded answers in %s', (_name, openStore) => {
  let upstream: PacedUpstream;
  let recordings: OpenStore;
  let gateway: TestGateway;
  let key: string;

  beforeEach(async () => {
    key = randomUUID();
    [upstream, recordings] = await Promise.all([startPacedUpstream(), openStore()]);
  });
  afterEach(async () => {
    await gateway.close();
    await Promise.all([upstream.close(), recordings.close()]);
  });

  async function start(variables: Record<string, string> = {}): Promise<void> {
    gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl, ...variables }, [], recordings.store);
  }

  function post(headers: Record<string, string> = {}, body: object = ask): Promise<SseReading> {
    return readSse(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'idempotency-key': key, ...headers },
    });
  }

  function cancel(ofKey = key, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${gateway.url}/v1/chat/completions/${encodeURIComponent(ofKey)}`, { method: 'DELETE', headers });
  }

  /** The first client's reading, once the upstream has its call. */
  async function begin(): Promise<SseReading> {
    const reading = post();
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(1);
    return reading;
  }

  test('a repeated request reads the answer that is under way, from its start, and gets the same bytes', async () => {
    await start();
    const first = await begin();
    upstream.say(4);
    const second = await post();
    expect([first.recording, second.recording]).toEqual(['new', 'replayed']);
    await expect.poll(() => second.text).toBe(wordsUpTo(5));
    upstream.say(5);
    upstream.finish();
    await Promise.all([first.over, second.over]);
    expect(first.text).toBe(wordsUpTo(10));
    expect(second.raw).toBe(first.raw);
    expect(first.raw).toContain('data: [DONE]');
    const third = await post();
    await third.over;
    expect(third.raw).toBe(first.raw);
    expect(third.recording).toBe('replayed');
    expect(upstream.calls()).toBe(1);
  });

  test('a client that left reads on after the last event it has', async () => {
    await start();
    const first = await begin();
    upstream.say(4);
    await expect.poll(() => first.text).toBe(wordsUpTo(5));
    first.leave();
    upstream.say(5);
    const second = await post({ 'last-event-id': first.lastEventId ?? '' });
    upstream.say(5);
    upstream.finish();
    await second.over;
    expect(first.text + second.text).toBe(wordsUpTo(15));
    expect(upstream.calls()).toBe(1);
  });

  test('requests at the same moment share one call', async () => {
    await start();
    const all = Promise.all(Array.from({ length: 5 }, () => post()));
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(3);
    const readings = await all;
    upstream.finish();
    await Promise.all(readings.map(({ over }) => over));
    expect(readings.map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => wordsUpTo(3)));
    expect(readings.filter(({ recording }) => recording === 'new')).toHaveLength(1);
    expect(upstream.calls()).toBe(1);
  });

  test('another body under the same key is refused', async () => {
    await start();
    const first = await begin();
    const other = await post({}, { ...ask, temperature: 0 });
    await other.over;
    expect(other.status).toBe(422);
    expect(JSON.parse(other.raw)).toMatchObject({ error: { type: 'idempotency_error', code: 'idempotency_mismatch' } });
    upstream.finish();
    await first.over;
    expect((await post({}, { ...ask, temperature: 0 })).status).toBe(422);
  });

  test.each(['garbage', '0123456789abcdef-00000001', '-1', ' '])(
    'a foreign Last-Event-ID (%s) is refused',
    async (id) => {
      await start();
      const first = await begin();
      expect((await post({ 'last-event-id': id })).status).toBe(400);
      upstream.finish();
      await first.over;
      expect((await post({ 'last-event-id': id })).status).toBe(400);
      const beyond = first.lastEventId?.replace(/\d+$/, '00000999') ?? '';
      expect((await post({ 'last-event-id': beyond })).status).toBe(400);
    },
  );

  test('an unusable key is refused', async () => {
    await start();
    expect((await post({ 'idempotency-key': 'x'.repeat(256) })).status).toBe(400);
    expect((await post({ 'idempotency-key': '' })).status).toBe(400);
    expect((await cancel('x'.repeat(256))).status).toBe(400);
    expect(upstream.calls()).toBe(0);
  });

  test('nobody reads or cancels under the key of another caller', async () => {
    await start({ GATEWAY_API_KEYS: 'first-key,second-key' });
    const first = post({ authorization: 'Bearer first-key' });
    await expect.poll(() => upstream.calls()).toBe(1);
    const second = post({ 'x-api-key': 'second-key' });
    await expect.poll(() => upstream.calls()).toBe(2);
    expect((await cancel(key, { authorization: 'Bearer third' })).status).toBe(401);
    expect((await cancel(key, { 'x-api-key': 'second-key' })).status).toBe(204);
    expect((await second).status).toBe(499);
    upstream.say(2);
    upstream.finish();
    const reading = await first;
    await reading.over;
    expect(reading.text).toBe(wordsUpTo(2));
  });

  test('nobody reads for the grace period: the call ends and a repeated request makes a new one', async () => {
    await start({ GATEWAY_RECORDING_GRACE_MS: '100' });
    const first = await begin();
    await expect.poll(() => first.text).toBe(wordsUpTo(1));
    first.leave();
    await expect.poll(() => upstream.openSockets.size).toBe(0);
    await expect.poll(() => gateway.logged.join()).toContain('"outcome":"cancelled"');
    const second = post();
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.say(1);
    expect((await second).recording).toBe('new');
    const late = await post({ 'last-event-id': first.lastEventId ?? '' });
    expect(late.status).toBe(409);
    await late.over;
    expect(JSON.parse(late.raw)).toMatchObject({ error: { code: 'recording_lost' } });
  });

  test('within the grace period a reader keeps the call alive', async () => {
    await start({ GATEWAY_RECORDING_GRACE_MS: '400' });
    const first = await begin();
    const second = await post();
    first.leave();
    await new Promise((resolve) => setTimeout(resolve, 700));
    upstream.say(1);
    upstream.finish();
    await second.over;
    expect(second.text).toBe(wordsUpTo(2));
  });

  test('cancelling ends the call at once, for every reader, and again is harmless', async () => {
    await start();
    const first = await begin();
    const second = await post();
    await expect.poll(() => second.text).toBe(wordsUpTo(1));
    expect((await cancel()).status).toBe(204);
    await Promise.all([first.over, second.over]);
    expect(first.raw).toContain('"code":"cancelled"');
    expect(second.raw).toBe(first.raw);
    expect(first.raw).not.toContain('[DONE]');
    await expect.poll(() => upstream.openSockets.size).toBe(0);
    expect((await cancel()).status).toBe(204);
    expect((await cancel('never-used')).status).toBe(204);
    const third = post();
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.say(1);
    expect((await third).recording).toBe('new');
  });

  test('cancelling drops a whole recording', async () => {
    await start();
    const first = await begin();
    upstream.finish();
    await first.over;
    expect((await post()).recording).toBe('replayed');
    expect((await cancel()).status).toBe(204);
    const again = post();
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.say(1);
    expect((await again).recording).toBe('new');
  });

  test('a failure in mid-stream is a part of the recording', async () => {
    await start();
    const first = await begin();
    upstream.cut();
    await first.over;
    expect(first.raw).toContain('"code":"stream_cut"');
    const second = await post();
    await second.over;
    expect([second.recording, second.raw]).toEqual(['replayed', first.raw]);
  });

  test('an error before the first event is answered as ever, to all who wait, and not recorded', async () => {
    await start();
    const waiting = [post(), post()];
    await expect.poll(() => upstream.calls()).toBe(1);
    await expect.poll(() => gateway.logged.join()).toContain('"outcome":"replayed"');
    upstream.cut();
    // A call that nobody has seen a word of is made once more.
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.cut();
    const readings = await Promise.all(waiting);
    expect(readings.map(({ status, recording }) => [status, recording])).toEqual([
      [502, null],
      [502, null],
    ]);
    const again = post();
    await expect.poll(() => upstream.calls()).toBe(3);
    upstream.say(1);
    expect((await again).recording).toBe('new');
  });

  test('without a key, and for whole answers, nothing changes', async () => {
    await start();
    const plain = readSse(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(ask) });
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(2);
    const reading = await plain;
    upstream.finish();
    await reading.over;
    expect(reading.recording).toBeNull();
    expect(reading.raw).not.toContain('id: ');
  });

  test('from any point of the answer, the rest is exactly what was missing', async () => {
    await start();
    const first = await begin();
    upstream.say(30);
    await expect.poll(() => first.text).toBe(wordsUpTo(31));
    const restAfter = async (cut: number): Promise<{ held: string; rest: SseReading }> => {
      const whole = first.raw.slice(0, cut);
      const held = whole.slice(0, whole.lastIndexOf('\n\n') + 2);
      const id = lastEventIdOf(held);
      return { held: id === undefined ? '' : held, rest: await post(id === undefined ? {} : { 'last-event-id': id }) };
    };
    const cuts = fc.sample(fc.nat(first.raw.length), 12);
    const live = await Promise.all(cuts.map(restAfter));
    upstream.say(3);
    upstream.finish();
    await first.over;
    const late = await Promise.all(fc.sample(fc.nat(first.raw.length), 12).map(restAfter));
    for (const { held, rest } of [...live, ...late]) {
      await rest.over;
      expect(held + rest.raw).toBe(first.raw);
    }
    expect(upstream.calls()).toBe(1);
  });

  test('a client that never reads holds up nobody, and gets all of it when it reads', async () => {
    await start();
    const slow = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const body = JSON.stringify(ask);
    slow.pause();
    slow.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nidempotency-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => upstream.calls()).toBe(1);
    const size = 60_000;
    upstream.say(size);
    upstream.finish();
    const second = await post();
    await second.over;
    expect(second.text).toBe(wordsUpTo(size));
    let raw = '';
    slow.on('data', (bytes) => (raw += bytes.toString())).resume();
    await once(slow, 'end');
    expect(textOf(raw.replaceAll(/\r\n[0-9a-f]+\r\n/g, ''))).toBe(wordsUpTo(size));
  });

  test('an event of 5 MB is recorded like any other', async () => {
    await start();
    const first = await begin();
    upstream.exchanges.at(-1)?.response.write(chunk({ content: 'x'.repeat(5_000_000) }));
    upstream.finish();
    await first.over;
    const second = await post();
    await second.over;
    expect(second.raw === first.raw).toBe(true);
    expect(second.text).toHaveLength(5_000_003);
  });

  test('the guide is recorded like any upstream', async () => {
    await start({ OPENAI_BASE_URL: '', GUIDE_TOKEN_DELAY_MS: '2' });
    const body = { model: 'guide', messages: [{ role: 'user', content: 'count to 60' }], stream: true };
    const [first, second] = await Promise.all([post({}, body), post({}, body)]);
    await Promise.all([first.over, second.over]);
    expect(new Set([first.recording, second.recording])).toEqual(new Set(['new', 'replayed']));
    expect(second.raw).toBe(first.raw);
    expect(first.text).toContain('59 60');
  });
});
