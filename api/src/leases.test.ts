import { generationIdSchema } from '@parley/contracts';
import type { GenerationId } from '@parley/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLeases } from './leases.ts';

const logger = pino({ level: 'silent' });
const [one, two] = [1, 2].map((n) => generationIdSchema.parse(`00000000-0000-4000-8000-00000000000${n}`));
if (one === undefined || two === undefined) throw new Error('There are two.');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function leasesThatLose(...lost: readonly GenerationId[]) {
  const renew = vi.fn<(ids: readonly GenerationId[]) => Promise<Set<GenerationId>>>((ids) =>
    Promise.resolve(new Set(ids.filter((id) => !lost.includes(id)))),
  );
  return { renew, leases: createLeases({ renew, logger }) };
}

describe('leases', () => {
  it('are renewed together every three seconds, while there are any', async () => {
    const { renew, leases } = leasesThatLose();
    const lost = vi.fn<() => void>();
    const ends = [leases.hold(one, lost), leases.hold(two, lost)];
    await vi.advanceTimersByTimeAsync(6_000);
    expect(renew.mock.calls).toEqual([[[one, two]], [[one, two]]]);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(renew).toHaveBeenLastCalledWith([two]);
    ends[1]?.();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(renew).toHaveBeenCalledTimes(3);
    expect(lost).not.toHaveBeenCalled();
    leases.hold(one, lost);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(renew).toHaveBeenLastCalledWith([one]);
  });

  it('that somebody else has taken are told of once', async () => {
    const { leases } = leasesThatLose(one);
    const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()];
    leases.hold(one, first);
    leases.hold(two, second);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(first).toHaveBeenCalledOnce();
    expect(second).not.toHaveBeenCalled();
  });

  it('are tried again when a renewal fails', async () => {
    const { renew, leases } = leasesThatLose();
    const lost = vi.fn<() => void>();
    renew.mockRejectedValueOnce(new Error('The database is away'));
    leases.hold(one, lost);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(renew).toHaveBeenCalledTimes(2);
    expect(lost).not.toHaveBeenCalled();
  });
});
