import { describe, expect, it } from 'vitest';
import type { PlanCaller } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { answering, planOf, readAll, readSome, virtualKey } from './testing/budgeted-call.ts';
import {
  callBy,
  failing,
  hanging,
  keyWith,
  logOf,
  plan,
  setUpMetering,
  signal,
  spentOf,
  usage,
  whole,
} from './testing/metered.ts';

const fromCache: PlanCaller = (call, ...rest) => {
  call.trail.cache = 'hit';
  return answering(whole)(call, ...rest);
};

const hedged: PlanCaller = (call, ...rest) => {
  call.trail.attempts.push({
    target: 'openai/gpt-4o-mini',
    purpose: 'first',
    startedAt: 0,
    outcome: 'discarded',
    usage,
  });
  call.trail.attempts.push({ target: 'openai/gpt-4o', purpose: 'hedge', startedAt: 0, outcome: 'served', usage });
  return answering(whole)(call, ...rest);
};

describe('what is not charged', () => {
  const budget = { microUsd: 1_000_000, per: 'total' } as const;

  it('an answer from a cache', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const call = callBy(key);
    await readAll(await wrap(fromCache)(call, plan, signal));
    expect(await spentOf(metering, key)).toEqual([0]);
    expect((await metering.usage({}))[0]).toMatchObject({ cache: 'hit', microUsd: 0, usage: { input: 0, output: 0 } });
  });

  it('a call that failed before it had an answer; its tries are booked apart', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    await expect(wrap(failing)(callBy(key), plan, signal)).rejects.toMatchObject({ code: 'upstream-error' });
    expect(await spentOf(metering, key)).toEqual([0]);
    expect((await metering.usage({}))[0]).toMatchObject({ outcome: 'failed', microUsd: 0, discardedMicroUsd: 3500 });
  });

  it('the try of a hedge whose answer was not taken', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    await readAll(await wrap(hedged)(callBy(key), plan, signal));
    expect(await spentOf(metering, key)).toEqual([3500]);
    expect((await metering.usage({}))[0]).toMatchObject({ attempts: 2, microUsd: 3500, discardedMicroUsd: 210 });
  });

  it('what was void when another target started anew; what was continued is charged by its own price', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const text = 'x'.repeat(400);
    const recovered = (mode: 'restarted' | 'continued'): readonly ModelEvent[] => [
      { type: 'text-delta', part: 0, text },
      { type: 'recovery', mode, from: 'openai/gpt-4o', to: 'openai/gpt-4o-mini' },
      ...whole,
    ];
    const mini = 210;
    const broken = (40 * 2.5 + 100 * 10) | 0;
    await readAll(await wrap(answering(recovered('restarted')))(callBy(key), plan, signal));
    expect(await spentOf(metering, key)).toEqual([mini]);
    expect((await metering.usage({}))[0]).toMatchObject({ isEstimated: false, discardedMicroUsd: broken });
    await readAll(await wrap(answering(recovered('continued')))(callBy(key), plan, signal));
    expect(await spentOf(metering, key)).toEqual([mini + mini + broken]);
    expect((await metering.usage({}))[0]).toMatchObject({ isEstimated: true, usage: { input: 1040, output: 200 } });
  });
});

describe('an answer that breaks off', () => {
  const budget = { microUsd: 1_000_000, per: 'total' } as const;
  const text: ModelEvent = { type: 'text-delta', part: 0, text: 'x'.repeat(40) };
  /** 40 tokens in, 10 out: 100 + 100 micro-units. */
  const estimate = { microUsd: 200, isEstimated: true };

  it('is charged for what was produced when its client leaves', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const call = callBy(key);
    await readSome(await wrap(answering([text, text, ...whole]))(call, plan, signal), 1);
    expect(call.trail.charge).toMatchObject(estimate);
    expect(await spentOf(metering, key)).toEqual([200]);
    expect((await metering.usage({}))[0]).toMatchObject({ outcome: 'aborted', ...estimate });
  });

  it('is charged for what was produced when nobody reads on and the call is aborted', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const leaving = new AbortController();
    const { batches } = await wrap(hanging)(callBy(key), plan, leaving.signal);
    await batches[Symbol.asyncIterator]().next();
    leaving.abort();
    expect(await spentOf(metering, key)).toEqual([200]);
  });

  it('is charged for what was produced when it fails', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const error = new GatewayError('stream-cut', { message: 'Cut.' });
    await readAll(await wrap(answering([text, { type: 'failure', error }]))(callBy(key), plan, signal));
    expect(await spentOf(metering, key)).toEqual([200]);
    expect((await metering.usage({}))[0]).toMatchObject({ outcome: 'failed', ...estimate });
  });

  it('is charged by what was reported where that is more', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const reported: ModelEvent = { type: 'usage', usage: { input: 1000, output: 50, cachedInput: 1000 } };
    await readSome(await wrap(answering([reported, text]))(callBy(key), plan, signal), 2);
    expect(await spentOf(metering, key)).toEqual([1250 + 500]);
  });

  it('counts the text in bytes that are passed on as they are', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith(budget);
    const chunk = `data: {"choices":[{"delta":{"content":"${'x'.repeat(39)}\\n"}}]}\n\n`;
    const wire: ModelEvent = { type: 'wire', phase: 'content', bytes: Buffer.from(chunk) };
    await readSome(await wrap(answering([wire, wire, ...whole]))(callBy(key), plan, signal), 2);
    expect(await spentOf(metering, key)).toEqual([300]);
  });
});

describe('prices', () => {
  const key = virtualKey({ budgets: [{ microUsd: 1_000_000, per: 'total' }] });
  const strange = planOf('mine/strange');

  it('that nobody knows are counted as nothing, and said once', async () => {
    const log = logOf();
    const { metering, wrap } = setUpMetering({ log });
    for (let index = 0; index < 2; index += 1) {
      await readAll(await wrap(answering(whole, 'mine/strange'))(callBy(key), strange, signal));
    }
    expect(log.warn).toHaveBeenCalledOnce();
    expect((await metering.usage({}))[0]).toMatchObject({ isPriceUnknown: true, microUsd: 0, usage });
  });

  it('that nobody knows block a budget in money where the operator says so', async () => {
    const { wrap } = setUpMetering({ unknownPrice: 'block' });
    const next = answering(whole, 'mine/strange');
    await expect(wrap(next)(callBy(key), strange, signal)).rejects.toMatchObject({ code: 'budget-exceeded' });
    const inTokens = keyWith({ tokens: 100_000, per: 'total' });
    await expect(wrap(next)(callBy(inTokens), strange, signal)).resolves.toBeDefined();
  });

  it('of the operator win', async () => {
    const { metering, wrap } = setUpMetering({ prices: { 'openai/gpt-4o': { input: 1_000_000, output: 0 } } });
    await readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    expect(await spentOf(metering, key)).toEqual([1000]);
  });

  it('of a model that does not say what it used raise an alarm, and an estimate', async () => {
    const log = logOf();
    const { metering, wrap } = setUpMetering({ log });
    const silent = whole.filter(({ type }) => type !== 'usage');
    await readAll(await wrap(answering(silent))(callBy(key), plan, signal));
    expect(log.warn).toHaveBeenCalledOnce();
    expect((await metering.usage({}))[0]).toMatchObject({ isEstimated: true, outcome: 'finished' });
    expect(await spentOf(metering, key)).toEqual([120]);
  });

  it('by which tokens cost nothing raise an alarm', async () => {
    const log = logOf();
    const { wrap } = setUpMetering({ log, prices: { 'gpt-4o': { input: 0, output: 1_000_000 } } });
    const onlyInput: readonly ModelEvent[] = [
      { type: 'usage', usage: { input: 500, output: 0 } },
      { type: 'finish', reason: 'stop' },
    ];
    await readAll(await wrap(answering(onlyInput))(callBy(key), plan, signal));
    expect(log.warn).toHaveBeenCalledOnce();
  });
});
