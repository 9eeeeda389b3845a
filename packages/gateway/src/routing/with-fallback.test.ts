import { expect, test } from 'vitest';
import type { Caller } from '../core/call.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { ModelSettings } from '../core/gateway-config.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { CandidateOrder } from './order-candidates.ts';
import { answerOf, fault, makeCall, makePlan, makeTarget, saying } from './testing/made-calls.ts';
import { withAttempts } from './with-attempts.ts';
import { withFallback } from './with-fallback.ts';

const [a, b, c] = [makeTarget('one/a'), makeTarget('two/b'), makeTarget('three/c')];
const { signal } = new AbortController();

const order: CandidateOrder = (_call, plan) => plan.candidates.map(({ target }) => target);

/** Calls to which each target answers with its error, or well. */
function falling(errors: Readonly<Record<string, GatewayError>>, now = () => 0) {
  const asked: Target[] = [];
  const alarms: object[] = [];
  const log = { ...silentLog, error: (fields: object) => void alarms.push(fields) };
  const next: Caller = async (_call, target) => {
    asked.push(target);
    const error = errors[target.id ?? ''];
    if (error) throw error;
    return answerOf(target, saying('Hi'));
  };
  const caller = withFallback(withAttempts(next, { now }), { order, log, now });
  return {
    asked,
    alarms,
    idsAsked: () => asked.map(({ id }) => id),
    ask: (targets: readonly Target[], settings: Partial<ModelSettings> = {}, call = makeCall()) =>
      caller(call, makePlan(targets, settings), signal),
  };
}

test.each([
  'upstream-error',
  'overloaded',
  'network',
  'timeout',
  'upstream-limited',
  'upstream-auth',
  'model-not-found',
] as const)('after %s the next target is asked, and the answer names who served', async (code) => {
  const { ask, idsAsked } = falling({ 'one/a': fault(code) });
  const call = makeCall();
  const answer = await ask([a, b, c], {}, call);
  expect(answer.target.id).toBe('two/b');
  expect(call.trail.served?.id).toBe('two/b');
  expect(idsAsked()).toEqual(['one/a', 'two/b']);
  expect(call.trail.attempts.map(({ target, purpose, outcome }) => [target, purpose, outcome])).toEqual([
    ['one/a', 'first', code],
    ['two/b', 'fallback', 'served'],
  ]);
});

test.each(['upstream-refused', 'not-acceptable', 'content-filtered', 'budget-exceeded', 'cancelled'] as const)(
  '%s is the end: nobody else is asked',
  async (code) => {
    const { ask, idsAsked } = falling({ 'one/a': fault(code) });
    await expect(ask([a, b])).rejects.toMatchObject({ code });
    expect(idsAsked()).toEqual(['one/a']);
  },
);

test('a content filter is gone round only by policy', async () => {
  const { ask } = falling({ 'one/a': fault('content-filtered') });
  expect((await ask([a, b], { fallbackOnContentFilter: true })).target.id).toBe('two/b');
});

test('too long a context goes to larger targets only', async () => {
  const small = makeTarget('one/a', { capabilities: { contextTokens: 8000 } });
  const equal = makeTarget('two/b', { capabilities: { contextTokens: 8000 } });
  const large = makeTarget('three/c', { capabilities: { contextTokens: 128_000 } });
  const { ask, idsAsked } = falling({ 'one/a': fault('context-exceeded') });
  expect((await ask([small, equal, large])).target.id).toBe('three/c');
  expect(idsAsked()).toEqual(['one/a', 'three/c']);
  await expect(ask([small, equal, b])).rejects.toMatchObject({ code: 'context-exceeded' });
});

test('when all fail, the first failure is told, with its Retry-After', async () => {
  const first = fault('upstream-limited', { retryAfterMs: 30_000 });
  const { ask, idsAsked } = falling({ 'one/a': first, 'two/b': fault('network'), 'three/c': fault('overloaded') });
  await expect(ask([a, b, c])).rejects.toBe(first);
  expect(idsAsked()).toEqual(['one/a', 'two/b', 'three/c']);
});

test('what a provider said is told before what was never sent', async () => {
  const said = fault('upstream-error');
  const { ask } = falling({ 'one/a': fault('overloaded', { isUnsent: true }), 'two/b': said });
  await expect(ask([a, b])).rejects.toBe(said);
});

test('switched off, only the first target is asked', async () => {
  const { ask, idsAsked } = falling({ 'one/a': fault('overloaded') });
  await expect(ask([a, b], { fallback: false })).rejects.toMatchObject({ code: 'overloaded' });
  expect(idsAsked()).toEqual(['one/a']);
});

test('after the start deadline nobody else is asked', async () => {
  let time = 0;
  const { ask, idsAsked } = falling({ 'one/a': fault('timeout') }, () => (time += 400));
  await expect(ask([a, b, c], {}, makeCall({ startBy: 1000 }))).rejects.toMatchObject({ code: 'timeout' });
  expect(idsAsked()).toEqual(['one/a']);
});

test('the last target may take all the time that is left', async () => {
  const { ask, asked } = falling({ 'one/a': fault('timeout') });
  await ask([a, b]);
  expect(asked[0]?.timeouts).toEqual(a.timeouts);
  expect(asked[1]?.timeouts.content).toBeGreaterThan(1e9);
  expect(asked[1]?.timeouts.idle).toBe(b.timeouts.idle);
});

test('a model that a provider does not know is told to the operator, once', async () => {
  const { ask, alarms } = falling({ 'one/a': fault('model-not-found') });
  for (let turn = 0; turn < 3; turn += 1) await ask([a, b]);
  expect(alarms).toEqual([{ target: 'one/a' }]);
});

test('what one dialect has no place for may have one in the next', async () => {
  const first = fault('bad-request');
  const { ask } = falling({ 'one/a': first });
  expect((await ask([a, b])).target.id).toBe('two/b');
  const nowhere = falling({ 'one/a': first, 'two/b': fault('bad-request') });
  await expect(nowhere.ask([a, b])).rejects.toBe(first);
});
