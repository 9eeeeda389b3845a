import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { PlanCaller } from '../core/call.ts';
import type { GatewayError } from '../core/gateway-error.ts';

import { answering, callOf, planOf, readAll, virtualKey } from './testing/budgeted-call.ts';
import { callBy, failing, keyWith, plan, setUpMetering, signal, spentOf, usage, whole } from './testing/metered.ts';

const slowly: PlanCaller = async (...parameters) => {
  await pause(2);
  return answering(whole)(...parameters);
};

describe('a call with a budget', () => {
  it('is charged what it used, once, and leaves a record', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith({ microUsd: 1_000_000, per: 'month' }, { tokens: 50_000, per: 'day' });
    const call = callBy(key);
    const answer = await wrap(answering(whole))(call, plan, signal);
    expect(await readAll(answer)).toEqual(whole);
    expect(await spentOf(metering, key)).toEqual([3500, 1100]);
    expect(call.trail.charge).toEqual({ usage, microUsd: 3500, isEstimated: false });
    const [record, ...more] = await metering.usage({ key: 'k' });
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      id: 'request-1',
      key: 'k',
      target: 'openai/gpt-4o',
      microUsd: 3500,
      outcome: 'finished',
    });
  });

  it('is refused with 402 and the time of renewal once the budget is spent', async () => {
    const { wrap } = setUpMetering({ wallClock: () => Date.UTC(2026, 10, 20, 12) });
    const key = keyWith({ microUsd: 3000, per: 'month' });
    await readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    const next = vi.fn<PlanCaller>();
    await expect(wrap(next)(callBy(key), plan, signal)).rejects.toMatchObject({
      code: 'budget-exceeded',
      status: 402,
      message: expect.stringMatching(/key "k", 0\.003 USD per month.*2026-12-01T00:00:00\.000Z/),
    });
    expect(next).not.toHaveBeenCalled();
  });

  it('may go on in the next period, and only there', async () => {
    let time = Date.UTC(2026, 10, 20, 23, 59, 59);
    const { metering, wrap } = setUpMetering({ wallClock: () => time });
    const key = keyWith({ tokens: 1000, per: 'day' });
    const run = async () => readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    await run();
    await expect(run()).rejects.toMatchObject({ code: 'budget-exceeded' });
    time += 1000;
    await run();
    await expect(run()).rejects.toMatchObject({ code: 'budget-exceeded' });
    // A clock that is set back finds the old period as it was.
    time -= 1000;
    await expect(run()).rejects.toMatchObject({ code: 'budget-exceeded' });
    expect(await spentOf(metering, key)).toEqual([1100]);
  });

  it('is charged to the period in which it began', async () => {
    let time = Date.UTC(2026, 10, 20, 23, 59, 59);
    const { metering, wrap } = setUpMetering({ wallClock: () => time });
    const key = keyWith({ tokens: 10_000, per: 'day' });
    const answer = await wrap(answering(whole))(callBy(key), plan, signal);
    time += 1000;
    await readAll(answer);
    expect(await spentOf(metering, key)).toEqual([0]);
    time -= 1000;
    expect(await spentOf(metering, key)).toEqual([1100]);
  });

  it('draws on the budgets of everyone it is made for', async () => {
    const budgets = [
      { owner: 'user', id: 'ada', tokens: 1000, per: 'total' },
      { owner: 'team', tokens: 100_000, per: 'total' },
      { owner: 'model', id: 'quick', microUsd: 1_000_000, per: 'total' },
    ] as const;
    const { wrap } = setUpMetering({ budgets });
    const run = async (user: string) => {
      const call = callOf({ scope: { caller: 'digest', user, team: 'blue' } });
      return readAll(await wrap(answering(whole))(call, plan, signal));
    };
    await run('ada');
    await expect(run('ada')).rejects.toMatchObject({ message: expect.stringContaining('user "ada"') });
    await expect(run('bob')).resolves.toEqual(whole);
  });

  it('overshoots by one call at most when 200 rush at the end of a budget', async () => {
    const { metering, wrap } = setUpMetering();
    const key = keyWith({ microUsd: 100_000, per: 'month' });
    await readAll(
      await wrap(answering([{ type: 'usage', usage: { input: 39_000, output: 0 } }, ...whole.slice(2)]))(
        callBy(key),
        plan,
        signal,
      ),
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, async () => readAll(await wrap(slowly)(callBy(key), plan, signal))),
    );
    const served = outcomes.filter(({ status }) => status === 'fulfilled').length;
    // 2500 were left: one call of 3500 is the overshoot.
    expect(served).toBe(1);
    expect(await spentOf(metering, key)).toEqual([97_500 + 3500]);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refusals.map(({ code }) => code)).toEqual(Array(199).fill('budget-exceeded'));
  });

  it('is served by a free model when all money is spent', async () => {
    const { wrap } = setUpMetering();
    const key = keyWith({ microUsd: 3000, per: 'total' });
    await readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    const home = planOf('ollama/qwen');
    await expect(wrap(answering(whole, 'ollama/qwen'))(callBy(key), home, signal)).resolves.toBeDefined();
    await expect(wrap(answering(whole))(callBy(key), plan, signal)).rejects.toMatchObject({ status: 402 });
  });
});

describe('limits of a key', () => {
  it('refuse with 429 and the time to wait', async () => {
    const { wrap } = setUpMetering();
    const key = virtualKey({ requestsPerMinute: 2 });
    const run = async () => readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    await run();
    await run();
    const refused = await run().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'rate-limited', status: 429 });
    expect((refused as GatewayError).retryAfterMs).toBeGreaterThan(50_000);
  });

  it('count the tokens that were really used', async () => {
    const { wrap } = setUpMetering();
    const key = virtualKey({ tokensPerMinute: 1200 });
    const run = async () => readAll(await wrap(answering(whole))(callBy(key), plan, signal));
    await run();
    await run();
    await expect(run()).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('give tokens back that a failed call did not use', async () => {
    const { wrap } = setUpMetering();
    const key = virtualKey({ tokensPerMinute: 50 });
    for (let index = 0; index < 3; index += 1) {
      await expect(wrap(failing)(callBy(key), plan, signal)).rejects.toMatchObject({ code: 'upstream-error' });
    }
  });
});
