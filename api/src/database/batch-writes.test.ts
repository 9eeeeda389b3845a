import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batchWrites } from './batch-writes.ts';

/** Writes that last until they are let go. */
function slowWrites() {
  const batches: { readonly items: readonly number[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const write = batchWrites<number>((items) => {
    const end = Promise.withResolvers<void>();
    batches.push({ items, end });
    return end.promise;
  });
  return { batches, write };
}

describe('writes in batches', () => {
  it('go out at once, and together while another one is under way', async () => {
    const { batches, write } = slowWrites();
    const first = write(1);
    await setImmediate();
    const others = [write(2), write(3), write(4)];
    await setImmediate();
    expect(batches.map(({ items }) => items)).toEqual([[1]]);
    batches[0]?.end.resolve();
    await first;
    await setImmediate();
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    batches[1]?.end.resolve();
    await Promise.all(others);
  });

  it('fail together, and those that come later do not', async () => {
    const { batches, write } = slowWrites();
    const failed = write(1).catch((error: unknown) => error);
    await setImmediate();
    const later = write(2);
    batches[0]?.end.reject(new Error('full'));
    expect(await failed).toMatchObject({ message: 'full' });
    await setImmediate();
    batches[1]?.end.resolve();
    await expect(later).resolves.toBeUndefined();
  });
});
