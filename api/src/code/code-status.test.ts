import { defaultLimits } from '@parley/sandbox';
import type { SandboxStatus } from '@parley/sandbox';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCodeStatus, whyNot } from './code-status.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ready: SandboxStatus = { enabled: true, languages: [{ id: 'python', label: 'Python', ready: true }] };
const gone: SandboxStatus = { enabled: false, reason: 'It is gone', remedy: 'bring it back', languages: [] };

function readersOf(now: () => SandboxStatus | Promise<SandboxStatus>) {
  const asked: boolean[] = [];
  const runner = {
    status: async ({ fresh = false } = {}) => {
      asked.push(fresh);
      return await now();
    },
  };
  return { asked, ...createCodeStatus({ off: undefined, runner, limits: defaultLimits }) };
}

it('asks nobody when the operator has switched it off', async () => {
  const runner = { status: () => Promise.reject(new Error('nobody asks')) };
  const off = { reason: 'It is off' };
  const { status, statusSoon } = createCodeStatus({ off, runner, limits: defaultLimits });
  expect(await status({ fresh: true })).toMatchObject({ enabled: false, ...off });
  expect(await statusSoon()).toMatchObject({ enabled: false, ...off });
});

it('does not keep a turn waiting for the first look, and people not for long', async () => {
  const never = readersOf(() => new Promise(() => undefined));
  const soon = never.statusSoon();
  const later = never.status();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await soon).toBeUndefined();
  expect(await later).toMatchObject({ enabled: false, reason: expect.stringContaining('in a moment') });
});

it('looks again at an engine that could not be used, but not all the time', async () => {
  let now = gone;
  const { asked, status } = readersOf(() => now);
  expect(await status()).toMatchObject({ enabled: false, reason: 'It is gone' });
  expect(asked).toEqual([false, true]);
  await status();
  expect(asked).toEqual([false, true, false]);
  await vi.advanceTimersByTimeAsync(5_000);
  now = ready;
  expect(await status()).toMatchObject({ enabled: true });
});

it('is off while no language is ready', async () => {
  const none = { ...ready, languages: [{ id: 'python', label: 'Python', ready: false } as const] };
  expect(await readersOf(() => none).status()).toMatchObject({ enabled: false, remedy: 'npm run sandbox build' });
});

it('says why in sentences', () => {
  expect(whyNot(gone)).toBe('Code cannot be run here at the moment. It is gone. What helps: bring it back');
  expect(whyNot({ reason: 'It is gone.' })).toBe('Code cannot be run here at the moment. It is gone.');
  expect(whyNot({})).toBe('Code cannot be run here at the moment.');
});
