import { expect, test } from 'vitest';
import type { Caller } from '../core/call.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import { createKeyPools } from './key-pools.ts';
import { answerOf, fault, makeCall, makeTarget, saying } from './testing/made-calls.ts';

const target = makeTarget('one/a', { apiKey: 'k0' });
const { signal } = new AbortController();

function start(keys: readonly string[]) {
  let time = 1_000_000;
  const faults = new Map<string, GatewayError>();
  const used: (string | undefined)[] = [];
  const alarms: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (_: object, text: string) => alarms.push(text) };
  const pools = createKeyPools({ providers: [{ name: 'one', keys }], now: () => time, log });
  const upstream: Caller = async (_call, to) => {
    used.push(to.apiKey);
    const error = faults.get(to.apiKey ?? '');
    if (error) throw error;
    return answerOf(to, saying('Hi'));
  };
  const caller = pools.wrap(upstream);
  return {
    pools,
    faults,
    used,
    alarms,
    pass: (ms: number) => (time += ms),
    ask: (session?: string, to = target) =>
      caller(
        makeCall({ startBy: time + 60_000, scope: { caller: '', ...(session === undefined ? {} : { session }) } }),
        to,
        signal,
      ),
  };
}

test('calls of one session keep to one key, and sessions spread over all of them', async () => {
  const at = start(['k0', 'k1', 'k2']);
  for (let turn = 0; turn < 5; turn += 1) await at.ask('s-1');
  expect(new Set(at.used).size).toBe(1);
  for (let session = 0; session < 60; session += 1) await at.ask(`s-${session}`);
  expect(new Set(at.used)).toEqual(new Set(['k0', 'k1', 'k2']));
});

test('calls without a session take turns', async () => {
  const at = start(['k0', 'k1']);
  for (let turn = 0; turn < 4; turn += 1) await at.ask();
  expect(at.used.filter((key) => key === 'k0')).toHaveLength(2);
});

test('a limited key rests until its Retry-After while others serve, within the same call', async () => {
  const at = start(['k0', 'k1']);
  at.faults.set('k0', fault('upstream-limited', { retryAfterMs: 10_000 }));
  for (let turn = 0; turn < 6; turn += 1) await at.ask();
  expect(at.used.filter((key) => key === 'k0')).toHaveLength(1);
  expect(at.pools.list()[0]).toEqual({ provider: 'one', key: 0, isQuarantined: false, resting: 1 });
  at.faults.clear();
  at.pass(10_000);
  for (let turn = 0; turn < 4; turn += 1) await at.ask();
  expect(at.used.filter((key) => key === 'k0')).toHaveLength(3);
});

test('a limit of one model leaves the key to the others', async () => {
  const at = start(['k0']);
  at.faults.set('k0', fault('upstream-limited', { retryAfterMs: 10_000 }));
  await expect(at.ask()).rejects.toThrow('limited');
  at.faults.clear();
  await at.ask('s', makeTarget('one/b'));
  expect(at.used).toEqual(['k0', 'k0']);
});

test('when all rest, the call is refused at once and says when to come back', async () => {
  const at = start(['k0', 'k1']);
  for (const key of ['k0', 'k1']) at.faults.set(key, fault('upstream-limited', { retryAfterMs: 4000 }));
  await expect(at.ask()).rejects.toMatchObject({ code: 'upstream-limited', isUnsent: false });
  at.pass(1000);
  await expect(at.ask()).rejects.toMatchObject({ code: 'upstream-limited', isUnsent: true, retryAfterMs: 3000 });
  expect(at.used).toHaveLength(2);
});

test('a refused key is put aside with one alarm', async () => {
  const at = start(['k0', 'k1']);
  at.faults.set('k0', fault('upstream-auth', { upstreamStatus: 401 }));
  for (let turn = 0; turn < 10; turn += 1) await at.ask();
  expect(at.used.filter((key) => key === 'k0')).toHaveLength(1);
  expect(at.alarms).toHaveLength(1);
  expect(at.pools.list()[0]?.isQuarantined).toBe(true);
});

test('where every key was refused, the provider is asked all the same and says so itself', async () => {
  const at = start(['k0']);
  at.faults.set('k0', fault('upstream-auth', { upstreamStatus: 401 }));
  await expect(at.ask()).rejects.toMatchObject({ code: 'upstream-auth' });
  await expect(at.ask()).rejects.toMatchObject({ code: 'upstream-auth', isUnsent: false });
  expect(at.used).toHaveLength(2);
});

test('other faults are not the fault of a key', async () => {
  const at = start(['k0', 'k1']);
  for (const key of ['k0', 'k1']) at.faults.set(key, fault('upstream-error'));
  await expect(at.ask()).rejects.toMatchObject({ code: 'upstream-error' });
  expect(at.used).toHaveLength(1);
});

test('a provider without keys is called as it is', async () => {
  const at = start([]);
  await at.ask();
  expect(at.used).toEqual(['k0']);
});
