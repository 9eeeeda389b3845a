import { expect, test } from 'vitest';
import { createMemoryRecordingLog } from './memory-recording-log.ts';
import type { RecordingEntry } from './recording-log.ts';

const producer = { id: 'gateway', epoch: 3 };
const events = (text: string): RecordingEntry => ({ type: 'events', first: 1, events: [text] });

test('an append is kept once, and a newer epoch shuts out the older one', async () => {
  const log = createMemoryRecordingLog();
  expect(await log.open('a', producer)).toBe('opened');
  await log.append('a', producer, 0, [events('1')]);
  await log.append('a', producer, 0, [events('1')]);
  await expect(log.append('a', producer, 2, [events('3')])).rejects.toMatchObject({ code: 'sequence-gap' });
  expect(await log.open('a', { ...producer, epoch: 4 })).toBe('exists');
  await expect(log.append('a', producer, 1, [events('2')])).rejects.toMatchObject({ code: 'fenced' });
  await expect(log.open('a', producer)).rejects.toMatchObject({ code: 'fenced' });
  expect((await log.read('a', '-1')).entries).toEqual([events('1')]);
});

test('a reader gets what is there, then what comes, until the seal', async () => {
  const log = createMemoryRecordingLog();
  await log.open('a', producer);
  await log.append('a', producer, 0, [events('1')]);
  const seen: RecordingEntry[] = [];
  const reading = (async () => {
    for await (const { entries } of log.follow('a', '-1', AbortSignal.timeout(5_000))) seen.push(...entries);
  })();
  await expect.poll(() => seen.length).toBe(1);
  await log.append('a', producer, 1, [events('2')]);
  await log.close('a', producer, 2, [{ type: 'end', outcome: 'complete' }]);
  await reading;
  expect(seen).toEqual([events('1'), events('2'), { type: 'end', outcome: 'complete' }]);
  await expect(log.append('a', producer, 3, [events('4')])).rejects.toMatchObject({ code: 'closed' });
});

test('readers end when the log is removed, and offsets of another life are refused', async () => {
  const log = createMemoryRecordingLog();
  await log.open('a', producer);
  const { next } = await log.read('a', '-1');
  const reading = (async () => {
    for await (const { closed } of log.follow('a', '-1', AbortSignal.timeout(5_000))) expect(closed).toBe(false);
  })();
  await log.remove('a');
  await expect(reading).rejects.toMatchObject({ code: 'missing' });
  await log.open('a', producer);
  await expect(log.read('a', next)).rejects.toMatchObject({ code: 'invalid-offset' });
  await expect(log.read('a', 'nonsense')).rejects.toMatchObject({ code: 'invalid-offset' });
});

test('the oldest closed recordings make room; open ones are never given up for others', async () => {
  const log = createMemoryRecordingLog({ maxBytes: 5_000 });
  for (const id of ['old', 'young']) {
    await log.open(id, producer);
    await log.close(id, producer, 0, [events('x'.repeat(1_800))]);
  }
  await log.open('live', producer);
  await log.append('live', producer, 0, [events('x'.repeat(2_500))]);
  await expect(log.read('old', '-1')).rejects.toMatchObject({ code: 'missing' });
  expect((await log.read('young', '-1')).entries).toHaveLength(1);
  await expect(log.append('live', producer, 1, [events('x'.repeat(2_500))])).rejects.toMatchObject({ code: 'full' });
  expect(await log.removeClosedBefore(new Date(Date.now() + 1))).toBe(0);
});
