import { afterEach, expect, test } from 'vitest';
import { createMemoryRecordingLog } from '../recordings/memory-recording-log.ts';
import type { RecordingLog } from '../recordings/recording-log.ts';
import { startPacedUpstream, wordsUpTo } from '../testing/paced-upstream.ts';
import type { PacedUpstream } from '../testing/paced-upstream.ts';
import { readSse } from '../testing/sse-reader.ts';
import type { SseReading } from '../testing/sse-reader.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const ask = { model: 'openai/up', messages: [{ role: 'user', content: 'Hi' }], stream: true };

function away(): Promise<never> {
  return Promise.reject(Object.assign(new Error('away'), { code: 'unavailable' }));
}

let upstream: PacedUpstream;
let gateway: TestGateway;
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

async function start(log: RecordingLog): Promise<void> {
  upstream = await startPacedUpstream();
  gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl }, [], { log, isShared: false });
}

function post(headers: Record<string, string> = {}): Promise<SseReading> {
  return readSse(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(ask),
    headers: { 'idempotency-key': 'key', ...headers },
  });
}

async function answer(count: number): Promise<SseReading> {
  const asked = post();
  await expect.poll(() => upstream.calls()).toBe(1);
  upstream.say(count);
  upstream.finish();
  const reading = await asked;
  await reading.over;
  return reading;
}

test('a store that cannot be reached costs only the recording', async () => {
  await start({ ...createMemoryRecordingLog(), read: away, open: away });
  const reading = await answer(20);
  expect([reading.recording, reading.text]).toEqual([null, wordsUpTo(20)]);
  expect(gateway.logged.join()).toContain('An answer is not recorded');
});

test('a store that fills up costs only the rest of the recording', async () => {
  await start(createMemoryRecordingLog({ maxBytes: 2_000 }));
  const reading = await answer(2_000);
  expect([reading.recording, reading.text]).toEqual(['new', wordsUpTo(2_000)]);
  expect(gateway.logged.join()).toContain('The rest of an answer is not recorded');
  const again = post();
  await expect.poll(() => upstream.calls()).toBe(2);
  upstream.say(1);
  expect((await again).recording).toBe('new');
});
