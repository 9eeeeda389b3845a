import { expect, test } from 'vitest';
import { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import { createLoadShedding } from './load-shedding.ts';
import type { LoadGauges } from './load-shedding.ts';

const settings = { isOn: true, maxActive: 10, memoryShare: 0.85, maxLoopDelayMs: 500 };
const megabyte = 1024 * 1024;

function start(gauges: Partial<LoadGauges> = {}, fields: Partial<typeof settings> = {}) {
  let time = 0;
  const shedding = createLoadShedding({
    settings: { ...settings, ...fields },
    now: () => time,
    log: silentLog,
    gauges: {
      rss: () => 50 * megabyte,
      readMemoryLimit: () => Promise.resolve(1000 * megabyte),
      loopDelayMs: () => 0,
      close: () => undefined,
      ...gauges,
    },
  });
  return { ...shedding, pass: (ms: number) => (time += ms) };
}

const enterMany = (shedding: ReturnType<typeof start>, count: number) =>
  Array.from({ length: count }, () => shedding.enter('high'));

const refusal = (work: () => unknown): GatewayError | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
};

test('as many requests as allowed, and then 503 with Retry-After 5', () => {
  const shedding = start();
  const leave = Array.from({ length: 10 }, () => shedding.enter('normal'));
  const error = refusal(() => shedding.enter('normal'));
  expect(error).toMatchObject({ code: 'shedding', status: 503, retryAfterMs: 5000 });
  leave[0]?.();
  leave[0]?.();
  expect(shedding.report().active).toBe(9);
  shedding.enter('normal');
});

test('the least important are refused first', () => {
  const shedding = start();
  enterMany(shedding, 8);
  expect(refusal(() => shedding.enter('low'))?.code).toBe('shedding');
  expect(refusal(() => shedding.enter('normal'))).toBeUndefined();
  enterMany(shedding, 1);
  expect(refusal(() => shedding.enter('normal'))?.code).toBe('shedding');
  expect(refusal(() => shedding.enter('high'))).toBeUndefined();
});

test('memory near the limit of the container refuses requests, but not those of an idle process', async () => {
  const shedding = start({ rss: () => 90 * megabyte, readMemoryLimit: () => Promise.resolve(100 * megabyte) });
  await Promise.resolve();
  enterMany(shedding, 4);
  expect(refusal(() => shedding.enter('normal'))?.code).toBe('shedding');
  const idle = start({ rss: () => 99 * megabyte, readMemoryLimit: () => Promise.resolve(100 * megabyte) });
  await Promise.resolve();
  for (let turn = 0; turn < 100; turn += 1) idle.enter('low')();
  expect(idle.report().shed).toBe(0);
});

test('a late event loop refuses requests, and serves again when it has caught up', () => {
  let late = 800;
  const shedding = start({ loopDelayMs: () => late });
  enterMany(shedding, 4);
  expect(refusal(() => shedding.enter('normal'))?.code).toBe('shedding');
  late = 0;
  expect(refusal(() => shedding.enter('normal'))?.code).toBe('shedding');
  shedding.pass(300);
  expect(refusal(() => shedding.enter('normal'))).toBeUndefined();
});

test('other settings hold from the next request on', () => {
  const shedding = start();
  enterMany(shedding, 3);
  shedding.configure({ ...settings, maxActive: 2 });
  expect(refusal(() => shedding.enter('high'))?.code).toBe('shedding');
});

test('switched off it refuses nothing', () => {
  const shedding = start({ loopDelayMs: () => 10_000 }, { isOn: false });
  enterMany(shedding, 100);
  expect(shedding.report()).toMatchObject({ active: 100, shed: 0 });
});

test('an idle process on this machine is not under pressure', () => {
  const shedding = createLoadShedding({ settings, now: () => performance.now(), log: silentLog });
  for (let turn = 0; turn < 100; turn += 1) shedding.enter('low')();
  expect(shedding.report().shed).toBe(0);
  shedding.close();
});
