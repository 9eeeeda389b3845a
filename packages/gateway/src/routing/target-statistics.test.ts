import { expect, test } from 'vitest';
import { createTargetStatistics } from './target-statistics.ts';
import { answerOf, eventsOf, fault, makeCall, makeTarget, saying } from './testing/made-calls.ts';
import { withEnd } from './with-end.ts';

const target = makeTarget('one/a');
const { signal } = new AbortController();

function start() {
  let time = 0;
  const statistics = createTargetStatistics({ now: () => time });
  const ask = async (ms: number): Promise<void> => {
    const call = statistics.wrap(
      withEnd(async () => {
        time += ms;
        return answerOf(target, saying('Hi'));
      }),
    );
    await eventsOf(await call(makeCall(), target, signal));
  };
  return { statistics, ask, pass: (ms: number) => (time += ms), clock: () => time };
}

test('latency rises at once and falls slowly', async () => {
  const { statistics, ask, pass } = start();
  expect(statistics.latency('one/a')).toBeUndefined();
  await ask(100);
  await ask(1000);
  expect(statistics.latency('one/a')).toBe(1000);
  await ask(100);
  expect(statistics.latency('one/a')).toBeGreaterThan(900);
  pass(60_000);
  await ask(100);
  expect(statistics.latency('one/a')).toBeLessThan(110);
});

test('quantiles come from the last streams, once there are enough', async () => {
  const { statistics, ask } = start();
  for (let turn = 1; turn <= 19; turn += 1) await ask(turn);
  expect(statistics.quantile('one/a', 0.95)).toBeUndefined();
  for (let turn = 20; turn <= 100; turn += 1) await ask(turn);
  expect(statistics.quantile('one/a', 0.95)).toBeGreaterThanOrEqual(90);
  for (let turn = 0; turn < 300; turn += 1) await ask(7);
  expect(statistics.quantile('one/a', 0.95)).toBe(7);
});

test('a call is under way until its answer is over', async () => {
  const { statistics } = start();
  const call = statistics.wrap(withEnd(async () => answerOf(target, saying('Hi'))));
  const answer = await call(makeCall(), target, signal);
  expect(statistics.inFlight('one/a')).toBe(1);
  await eventsOf(answer);
  expect(statistics.inFlight('one/a')).toBe(0);
});

test('a timeout counts as slowness; failures do not leave anything under way', async () => {
  const { statistics, pass } = start();
  const call = statistics.wrap(async () => {
    pass(20_000);
    throw fault('timeout');
  });
  await expect(call(makeCall(), target, signal)).rejects.toThrow('timeout');
  expect(statistics.list()).toEqual([{ target: 'one/a', inFlight: 0, latencyMs: 20_000, p95Ms: undefined }]);
});
