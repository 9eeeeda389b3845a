import { expect, test, vi } from 'vitest';
import { createMemoryRecordingLog } from './memory-recording-log.ts';
import { createRecorder } from './recorder.ts';
import type { RecorderOptions } from './recorder.ts';
import type { RecordingLog } from './recording-log.ts';

const producer = { id: 'gateway', epoch: 0 };

async function prepare(options: Partial<RecorderOptions> = {}) {
  const log = createMemoryRecordingLog();
  await log.open('a', producer);
  await log.append('a', producer, 0, []);
  const onLost = vi.fn<(reason: unknown) => void>();
  const append = vi.spyOn(log, 'append');
  const recorder = createRecorder({
    log,
    id: 'a',
    producer,
    gatherMs: () => 5,
    seals: true,
    maxLength: 1_000,
    onLost,
    ...options,
  });
  return { log, recorder, onLost, append };
}

function say(recorder: ReturnType<typeof createRecorder>, first: number, ...events: string[]): void {
  recorder.add({ type: 'events', first, events });
}

async function contentOf(log: RecordingLog): Promise<unknown[]> {
  return [...(await log.read('a', '-1')).entries];
}

test('what comes together is appended together, and the end at once', async () => {
  const { log, recorder, append } = await prepare();
  for (let number = 1; number <= 50; number += 1) say(recorder, number, `e${number}`);
  await recorder.end({ type: 'end', outcome: 'complete' });
  const events = Array.from({ length: 50 }, (_, index) => `e${index + 1}`);
  expect(await contentOf(log)).toEqual([
    { type: 'events', first: 1, events },
    { type: 'end', outcome: 'complete' },
  ]);
  expect(append.mock.calls.length).toBeLessThan(3);
  await expect(log.append('a', producer, 9, [])).rejects.toMatchObject({ code: 'closed' });
});

test('a recording that grows too long ends, and its answer goes on', async () => {
  const { log, recorder, onLost } = await prepare();
  say(recorder, 1, 'x'.repeat(600));
  say(recorder, 2, 'x'.repeat(600));
  expect(recorder.isRecording).toBe(false);
  say(recorder, 3, 'more');
  await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce());
  expect((await contentOf(log)).at(-1)).toEqual({ type: 'end', outcome: 'dropped' });
  await recorder.end({ type: 'end', outcome: 'complete' });
  expect(await contentOf(log)).toHaveLength(1);
});

test('a store that is away for a moment is asked again, without doubling', async () => {
  const { log, recorder, append, onLost } = await prepare();
  append.mockRejectedValueOnce(Object.assign(new Error('away'), { code: 'unavailable' }));
  say(recorder, 1, 'a');
  await vi.waitFor(async () => expect(await contentOf(log)).toHaveLength(1));
  expect(onLost).not.toHaveBeenCalled();
});

test('one that was shut out by a newer epoch stops', async () => {
  const { log, recorder, onLost } = await prepare();
  await log.open('a', { ...producer, epoch: 1 });
  say(recorder, 1, 'a');
  await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce());
  expect(onLost.mock.calls[0]?.[0]).toMatchObject({ code: 'fenced' });
  expect(recorder.isRecording).toBe(false);
  await recorder.end({ type: 'end', outcome: 'complete' });
  expect(await contentOf(log)).toEqual([]);
});
