import { expect, test } from 'vitest';
import { defaultSettings } from '../config/default-settings.ts';
import type { Caller } from '../core/call.ts';
import type { GatewayError, GatewayErrorCode } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import { createBreakers } from './breakers.ts';
import { answerOf, eventsOf, fault, makeCall, makeTarget, saying } from './testing/made-calls.ts';
import { withEnd } from './with-end.ts';

const target = makeTarget('one/a');
const { signal } = new AbortController();
const settings = defaultSettings.breaker;

function start() {
  let time = 1_000_000;
  let state: GatewayErrorCode | 'well' | 'cut' = 'well';
  let asked = 0;
  const breakers = createBreakers({ settings, now: () => time, log: silentLog });
  const upstream: Caller = async () => {
    asked += 1;
    if (state === 'well') return answerOf(target, saying('Hi'));
    if (state === 'cut') {
      const half = { type: 'text-delta', part: 0, text: 'Hal' } as const;
      return answerOf(target, [half], [{ type: 'failure', error: fault('stream-cut') }]);
    }
    throw fault(state);
  };
  const call = breakers.wrap(withEnd(upstream));
  return {
    breakers,
    pass: (ms: number) => (time += ms),
    become: (next: typeof state) => (state = next),
    asked: () => asked,
    async ask(): Promise<string> {
      try {
        const events = await eventsOf(await call(makeCall(), target, signal));
        return events.at(-1)?.type ?? '';
      } catch (error) {
        return (error as GatewayError).isUnsent ? 'blocked' : (error as GatewayError).code;
      }
    },
  };
}

async function askOften(times: number, at: ReturnType<typeof start>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let turn = 0; turn < times; turn += 1) outcomes.push(await at.ask());
  return outcomes;
}

test('five failures open it, and then nothing is sent any more', async () => {
  const at = start();
  at.become('upstream-error');
  expect(await askOften(7, at)).toEqual([...Array.from({ length: 5 }, () => 'upstream-error'), 'blocked', 'blocked']);
  expect(at.asked()).toBe(5);
  expect(at.breakers.stateOf('one/a')).toBe('open');
  expect(at.breakers.isBlocked('one/a')).toBe(true);
});

test('failures that are less than half of the calls do not open it', async () => {
  const at = start();
  await askOften(20, at);
  at.become('upstream-error');
  await askOften(10, at);
  expect(at.breakers.stateOf('one/a')).toBe('closed');
  expect(at.breakers.list()).toEqual([{ target: 'one/a', state: 'closed', calls: 30, failures: 10 }]);
});

test('failures are forgotten after the window', async () => {
  const at = start();
  at.become('timeout');
  await askOften(4, at);
  at.pass(settings.windowMs + 3000);
  await askOften(4, at);
  expect(at.breakers.stateOf('one/a')).toBe('closed');
});

test('answers that break off in the middle count', async () => {
  const at = start();
  at.become('cut');
  await askOften(5, at);
  expect(at.breakers.stateOf('one/a')).toBe('open');
});

test.each([
  'upstream-refused',
  'content-filtered',
  'context-exceeded',
  'cancelled',
  'bad-request',
  'upstream-auth',
] as const)('%s never counts', async (code) => {
  const at = start();
  at.become(code);
  await askOften(20, at);
  expect(at.breakers.stateOf('one/a')).toBe('closed');
});

test('a reader that leaves does not count', async () => {
  const at = start();
  const call = at.breakers.wrap(withEnd(async () => answerOf(target, saying('Hi'))));
  for (let turn = 0; turn < 10; turn += 1) {
    const answer = await call(makeCall(), target, signal);
    await answer.batches[Symbol.asyncIterator]().return?.();
  }
  expect(at.breakers.list()[0]).toMatchObject({ calls: 0, failures: 0 });
});

test('half-open it lets one probe through at a time, and closes after two successes', async () => {
  const at = start();
  at.become('overloaded');
  await askOften(5, at);
  at.pass(settings.openMs);
  expect(at.breakers.stateOf('one/a')).toBe('half-open');
  at.become('well');
  const both = await Promise.all([at.ask(), at.ask()]);
  expect(both.toSorted()).toEqual(['blocked', 'finish']);
  expect(at.breakers.stateOf('one/a')).toBe('half-open');
  expect(await at.ask()).toBe('finish');
  expect(at.breakers.stateOf('one/a')).toBe('closed');
});

test('a dead target gets at most three probes a minute', async () => {
  const at = start();
  at.become('network');
  await askOften(5, at);
  const before = at.asked();
  for (let second = 0; second < 60; second += 1) {
    at.pass(1000);
    await at.ask();
  }
  expect(at.asked() - before).toBeGreaterThan(0);
  expect(at.asked() - before).toBeLessThanOrEqual(3);
});

test('a probe that breaks off later has failed', async () => {
  const at = start();
  at.become('timeout');
  await askOften(5, at);
  at.pass(settings.openMs);
  at.become('cut');
  await at.ask();
  expect(at.breakers.stateOf('one/a')).toBe('open');
});

test('other settings hold from the next call on', async () => {
  const at = start();
  at.become('network');
  await askOften(2, at);
  at.breakers.configure({ ...settings, failures: 3, windowMs: 600_000 });
  await askOften(3, at);
  expect(at.breakers.stateOf('one/a')).toBe('open');
});

test('it can be reset by hand', async () => {
  const at = start();
  at.become('network');
  await askOften(5, at);
  at.breakers.reset('one/a');
  expect(at.breakers.stateOf('one/a')).toBe('closed');
  await askOften(5, at);
  at.breakers.reset();
  expect(at.breakers.isBlocked('one/a')).toBe(false);
});
