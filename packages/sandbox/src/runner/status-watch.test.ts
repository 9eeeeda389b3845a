import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SandboxStatus } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { createStatusWatch } from './status-watch.ts';

const never = new AbortController().signal;
const on: SandboxStatus = { enabled: true, languages: [] };
const off: SandboxStatus = { enabled: false, reason: 'No Docker.', languages: [] };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('looks once for all who ask at once, and again after half a minute', async () => {
  const look = vi.fn<() => Promise<SandboxStatus>>().mockResolvedValue(on);
  const watch = createStatusWatch(look, never);
  expect(await Promise.all([watch.status(), watch.status(), watch.status()])).toEqual([on, on, on]);
  await vi.advanceTimersByTimeAsync(29_000);
  await watch.status();
  expect(look).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  await watch.status();
  expect(look).toHaveBeenCalledTimes(2);
});

test('looks less and less often while nothing can be run, until somebody asks afresh', async () => {
  const look = vi.fn<() => Promise<SandboxStatus>>().mockResolvedValue(off);
  const watch = createStatusWatch(look, never);
  let seconds = 0;
  const looks: number[] = [];
  for (; seconds <= 600; seconds += 10) {
    const before = look.mock.calls.length;
    expect(await watch.status()).toEqual(off);
    if (look.mock.calls.length > before) looks.push(seconds);
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(looks).toEqual([0, 30, 90, 210, 450]);
  look.mockResolvedValue(on);
  expect(await watch.status()).toEqual(off);
  expect(await watch.status({ fresh: true })).toEqual(on);
  expect(await watch.status()).toEqual(on);
});

test('whoever asks while a look takes long hears what was true lately', async () => {
  const slow = Promise.withResolvers<SandboxStatus>();
  const look = vi.fn<() => Promise<SandboxStatus>>().mockResolvedValueOnce(on).mockReturnValueOnce(slow.promise);
  const watch = createStatusWatch(look, never);
  await watch.status();
  watch.doubt();
  const asked = watch.status();
  await vi.advanceTimersByTimeAsync(500);
  expect(await asked).toEqual(on);
  const patient = watch.status({ fresh: true });
  slow.resolve(off);
  expect(await patient).toEqual(off);
});

test('an engine that cannot be asked, or does not answer, is off with a reason', async () => {
  const look = vi.fn<() => Promise<SandboxStatus>>();
  const watch = createStatusWatch(look, never);
  look.mockRejectedValueOnce(new SandboxError('unavailable', 'The socket is not there.'));
  expect(await watch.status()).toMatchObject({ enabled: false, reason: 'The socket is not there.' });
  look.mockRejectedValueOnce(new Error('internal words'));
  expect(await watch.status({ fresh: true })).toMatchObject({ enabled: false, reason: 'The engine cannot be asked.' });
  look.mockReturnValueOnce(Promise.withResolvers<SandboxStatus>().promise);
  const asked = watch.status({ fresh: true });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await asked).toMatchObject({ enabled: false, reason: 'The engine does not answer.' });
});
