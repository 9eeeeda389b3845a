import { expect, test } from 'vitest';
import type { GatewayError } from '../core/gateway-error.ts';
import { defaultSettings } from '../config/default-settings.ts';
import { fault, makeCall, makeTarget, saying, scripted } from './testing/made-calls.ts';
import type { Step } from './testing/made-calls.ts';
import { withRetry } from './with-retry.ts';

const target = makeTarget('one/a');
const { signal } = new AbortController();

function retrying(steps: readonly Step[], random = 0.5) {
  const next = scripted(...steps);
  const waits: number[] = [];
  let time = 0;
  const call = withRetry(next, {
    settings: defaultSettings.retry,
    now: () => time,
    random: () => random,
    sleep: (ms) => {
      waits.push(ms);
      time += ms;
      return Promise.resolve();
    },
  });
  const ask = (deadlines = { startBy: 60_000, deadline: 600_000 }) => call(makeCall(deadlines), target, signal);
  return { next, waits, ask };
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: GatewayError) => error.code,
  );

test('a limit is waited for as long as it says, never less and at most a fifth more', async () => {
  for (const random of [0, 0.5, 0.999]) {
    const { waits, ask } = retrying([fault('upstream-limited', { retryAfterMs: 1000 }), saying('Hi')], random);
    expect(await codeOf(ask())).toBe('answered');
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
    expect(waits[0]).toBeLessThanOrEqual(1200);
  }
});

test('a limit for ever is asked three times', async () => {
  const { next, waits, ask } = retrying([fault('upstream-limited')]);
  expect(await codeOf(ask())).toBe('upstream-limited');
  expect(next.calls).toHaveLength(3);
  expect(waits[1]).toBeGreaterThan(waits[0] ?? Infinity);
});

test('a limit that lasts too long, or beyond the start deadline, is not waited for', async () => {
  const long = retrying([fault('upstream-limited', { retryAfterMs: 30_000 })]);
  expect(await codeOf(long.ask())).toBe('upstream-limited');
  expect(long.next.calls).toHaveLength(1);
  const late = retrying([fault('upstream-limited', { retryAfterMs: 2000 })]);
  expect(await codeOf(late.ask({ startBy: 1500, deadline: 600_000 }))).toBe('upstream-limited');
  expect(late.next.calls).toHaveLength(1);
});

test.each(['upstream-error', 'overloaded', 'network', 'stream-cut'] as const)(
  'after %s the same target gets one more try',
  async (code) => {
    const good = retrying([fault(code), saying('Hi')]);
    expect(await codeOf(good.ask())).toBe('answered');
    const bad = retrying([fault(code)]);
    expect(await codeOf(bad.ask())).toBe(code);
    expect(bad.next.calls).toHaveLength(2);
  },
);

test.each([
  'timeout',
  'upstream-auth',
  'context-exceeded',
  'content-filtered',
  'upstream-refused',
  'bad-request',
] as const)('%s is not tried again', async (code) => {
  const { next, ask } = retrying([fault(code)]);
  expect(await codeOf(ask())).toBe(code);
  expect(next.calls).toHaveLength(1);
});

test('what was never sent is not tried again', async () => {
  const { next, ask } = retrying([fault('overloaded', { isUnsent: true })]);
  expect(await codeOf(ask())).toBe('overloaded');
  expect(next.calls).toHaveLength(1);
});

test('a client that leaves ends the wait', async () => {
  const leaving = new AbortController();
  const { sleep } = await import('./sleep.ts');
  const call = withRetry(scripted(fault('upstream-limited', { retryAfterMs: 5000 })), {
    settings: defaultSettings.retry,
    now: () => performance.now(),
    random: () => 0,
    sleep,
  });
  const answer = codeOf(call(makeCall(), target, leaving.signal));
  setImmediate(() => leaving.abort());
  expect(await answer).toBe('cancelled');
});
