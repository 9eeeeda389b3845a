import { expect, test, vi } from 'vitest';
import { silentLog } from '../core/gateway-log.ts';
import { createMemoryRecordingLog } from './memory-recording-log.ts';
import type { RecordingLog } from './recording-log.ts';
import { createRecordings } from './recordings.ts';
import type { Attachment, Recordings } from './recordings.ts';

const settings = { graceMs: 60_000, lifeMs: 60_000, maxLength: 10_000 };

function open(log: RecordingLog): Recordings {
  return createRecordings({ ...settings, store: { log, isShared: false }, log: silentLog });
}

async function call(recordings: Recordings, key: string): Promise<Extract<Attachment, { type: 'new' }>['call']> {
  const { signal } = new AbortController();
  const attachment = await recordings.attach({
    caller: '',
    key,
    body: Buffer.from('{}'),
    lastEventId: undefined,
    signal,
  });
  if (attachment?.type !== 'new') throw new Error('There is a recording of it already.');
  return attachment.call;
}

/** The names of the logs that are made, as they are made. */
function spyOn(log: RecordingLog): { made: () => string[]; isThere: (id: string) => Promise<boolean> } {
  const opened = vi.spyOn(log, 'open');
  return {
    made: () => opened.mock.calls.map(([id]) => id).filter((id) => id.startsWith('recordings/')),
    isThere: (id) =>
      log.read(id, '-1').then(
        () => true,
        () => false,
      ),
  };
}

test('a new process removes what the one before left half, and keeps what is whole', async () => {
  const log = createMemoryRecordingLog();
  const { made, isThere } = spyOn(log);
  const before = open(log);
  const whole = await call(before, 'whole');
  await whole.sink.write('data: a\n\n');
  whole.sink.end();
  await whole.over;
  const half = await call(before, 'half');
  await half.sink.write('data: a\n\n');
  const [wholeId = '', halfId = ''] = made();
  const after = open(log);
  await expect.poll(() => isThere(halfId)).toBe(false);
  expect(await isThere(wholeId)).toBe(true);
  await expect(call(after, 'whole')).rejects.toThrow('There is a recording');
  await after.close();
});

test('closing ends what is under way and leaves nothing half', async () => {
  const log = createMemoryRecordingLog();
  const { made, isThere } = spyOn(log);
  const recordings = open(log);
  const half = await call(recordings, 'half');
  half.signal.addEventListener('abort', () => half.sink.end());
  const other = await call(recordings, 'other');
  await other.sink.write('data: a\n\n');
  other.signal.addEventListener('abort', () => other.sink.fail(other.signal.reason, ''));
  await recordings.close();
  const [, otherId = ''] = made();
  expect(await isThere(otherId)).toBe(false);
  expect(await other.over).toBe('cancelled');
});

test('thousands of calls leave a short list of what was begun', async () => {
  const log = createMemoryRecordingLog();
  const recordings = open(log);
  for (let index = 0; index < 1_200; index += 1) {
    const { sink, over } = await call(recordings, `key-${index}`);
    sink.end();
    await over;
  }
  await expect.poll(async () => (await log.read('begun', '-1')).entries.length).toBeLessThan(500);
  await recordings.close();
});

test('a whole recording is kept for its time, and no longer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
  try {
    const log = createMemoryRecordingLog();
    const { made, isThere } = spyOn(log);
    const recordings = open(log);
    const { sink, over } = await call(recordings, 'whole');
    await sink.write('data: a\n\n');
    sink.end();
    await over;
    const [id = ''] = made();
    await vi.advanceTimersByTimeAsync(settings.lifeMs - 1_000);
    expect(await isThere(id)).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * settings.lifeMs);
    expect(await isThere(id)).toBe(false);
    await recordings.close();
  } finally {
    vi.useRealTimers();
  }
});
