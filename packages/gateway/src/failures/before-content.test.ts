import { afterEach, expect, test } from 'vitest';
import { streamOf } from '../testing/scripted-upstream.ts';
import { eventually } from './testing/eventually.ts';
import { startWorld, wasteful, well } from './testing/start-world.ts';
import type { World } from './testing/start-world.ts';
import { begin, inTurn, refuse, resetAtOnce, saysNothing } from './testing/upstream-faults.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const startIn = async (...options: Parameters<typeof startWorld>): Promise<World> => {
  const world = await startWorld(...options);
  worlds.push(world);
  return world;
};

// T01 to T16 are the sixteen faults of Failover Bench; these are those before the first content. Targets are asked in the order a, b, c.

test('T01 429 with Retry-After: next try at that time, within a fifth', async () => {
  const at: number[] = [];
  const inLimit = inTurn(refuse(429, 'rate_limit_exceeded', { 'retry-after': '1' }), well);
  const { ask, calls } = await startIn({
    a: (exchange) => {
      at.push(performance.now());
      inLimit(exchange);
    },
    b: well,
  });
  expect(await ask()).toMatchObject({ status: 200, text: 'All well', isDone: true });
  const [first = 0, second = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(800);
  // A fifth, and what a busy machine needs.
  expect(second - first).toBeLessThanOrEqual(1200 + 500);
  expect(calls('b')).toBe(0);
});

test('T02 429 for ever: at most three tries, then the next target', async () => {
  const { ask, calls } = await startIn({ a: refuse(429, 'rate_limit_exceeded'), b: well });
  expect(await ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([calls('a'), calls('b')]).toEqual([3, 1]);
});

test('T03 a single 500: one retry at the same target succeeds', async () => {
  const { ask, calls } = await startIn({ a: inTurn(refuse(500), well), b: well });
  expect(await ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([calls('a'), calls('b')]).toEqual([2, 0]);
});

test('T04 503 for ever: one retry, the next target, and the breaker counts', async () => {
  const { ask, calls } = await startIn({ a: refuse(503), b: well });
  expect(await ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([calls('a'), calls('b')]).toEqual([2, 1]);
  for (let turn = 0; turn < 4; turn += 1) expect(await ask()).toMatchObject({ status: 200 });
  // The fifth failure opens it: from then on nothing is sent there.
  expect([calls('a'), calls('b')]).toEqual([5, 5]);
});

test('T05 reset before headers: one replay, then the next target', async () => {
  const once = await startIn({ a: inTurn(resetAtOnce, well), b: well });
  expect(await once.ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([once.calls('a'), once.calls('b')]).toEqual([2, 0]);
  const always = await startIn({ a: resetAtOnce, b: well });
  expect(await always.ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([always.calls('a'), always.calls('b')]).toEqual([2, 1]);
});

test('T06 no bytes at all: left within the one deadline, not deadline times tries', async () => {
  const { ask, calls, gateway } = await startIn(
    { a: saysNothing, b: saysNothing },
    { timeouts: { headers: 400, content: 400 }, config: { startDeadlineMs: 700 } },
  );
  const startedAt = performance.now();
  expect(await ask()).toMatchObject({ status: 504, isDone: false });
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect([calls('a'), calls('b')]).toEqual([1, 1]);
  await eventually(() => expect(gateway.occupancy()).toBe(0));
});

test('T07 slow first token: next target at the limit, with a clock of its own for each attempt', async () => {
  const slowly = begin((response) => setTimeout(() => response.end(streamOf('All ', 'well')), 300));
  const { ask, calls } = await startIn(
    { a: begin(() => undefined), b: slowly, c: well },
    { timeouts: { headers: 400, content: 400 } },
  );
  expect(await ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([calls('a'), calls('b'), calls('c')]).toEqual([1, 1, 0]);
});

test('T12 context_length_exceeded: a larger model, never the same again, else the original error', async () => {
  const tooLong = refuse(400, 'context_length_exceeded');
  const larger = await startIn(
    { a: tooLong, b: well },
    { capabilities: { a: { contextTokens: 8000 }, b: { contextTokens: 128_000 } } },
  );
  expect(await larger.ask()).toMatchObject({ status: 200, text: 'All well' });
  expect([larger.calls('a'), larger.calls('b')]).toEqual([1, 1]);
  const equal = await startIn(
    { a: tooLong, b: well },
    { capabilities: { a: { contextTokens: 8000 }, b: { contextTokens: 8000 } } },
  );
  const heard = await equal.ask();
  expect(heard.status).toBe(400);
  expect(heard.raw).toContain('It is context_length_exceeded');
  expect([equal.calls('a'), equal.calls('b')]).toEqual([1, 0]);
});

test('T13 a content filter: propagated; gone round only by policy', async () => {
  const { ask, calls } = await startIn(
    { a: refuse(400, 'content_filter'), b: well },
    { models: { quick: {}, loose: { fallbackOnContentFilter: true } } },
  );
  expect(await ask()).toMatchObject({ status: 400, isDone: false });
  expect([calls('a'), calls('b')]).toEqual([1, 0]);
  expect(await ask({ model: 'loose' })).toMatchObject({ status: 200, text: 'All well' });
});

test('T15 a flapping primary: bounded probes, and a return after recovery', async () => {
  let isWell = false;
  const { ask, calls, gateway } = await startIn(
    { a: (exchange) => (isWell ? well(exchange) : refuse(503)(exchange)), b: well },
    {
      config: {
        breaker: { windowMs: 30_000, failures: 5, failureShare: 0.5, openMs: 50, probesPerMinute: 3, successes: 2 },
      },
    },
  );
  for (let turn = 0; turn < 3; turn += 1) await ask();
  expect(calls('a')).toBe(5);
  await eventually(async () => {
    expect((await ask()).status).toBe(200);
    expect(calls('a')).toBe(6);
  });
  isWell = true;
  // Two probes are left of this minute: both succeed, and it serves again.
  await eventually(async () => {
    expect((await ask()).model).toContain('up');
    expect(calls('a')).toBeGreaterThanOrEqual(8);
  });
  const before = calls('a');
  for (let turn = 0; turn < 5; turn += 1) await ask();
  expect(calls('a')).toBe(before + 5);
  expect(gateway.logged.map(({ message }) => message).join()).toContain('its breaker closed');
});

test('T16 an answer after failover: it names the model that served, and failed attempts are not charged', async () => {
  const { ask, gateway } = await startIn({ a: wasteful, b: well });
  const heard = await ask();
  expect(heard).toMatchObject({ status: 200, text: 'All well', usage: { completion_tokens: 2 } });
  expect(heard.headers['x-parley-model']).toBe('b-model');
  expect(heard.headers['x-parley-provider']).toBe('b');
  const lines = () => gateway.logged.filter(({ fields }) => fields['usage'] !== undefined);
  await eventually(() => expect(lines()).toHaveLength(1));
  expect(lines()[0]?.fields['usage']).toMatchObject({ input: 3, output: 2 });
});
