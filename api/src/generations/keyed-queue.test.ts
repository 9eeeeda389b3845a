import { describe, expect, it } from 'vitest';
import { createKeyedQueue } from './keyed-queue.ts';

describe('a keyed queue', () => {
  it('runs tasks of one key one after the other, also after one that failed', async () => {
    const queue = createKeyedQueue<string>();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = queue.run('a', async () => {
      await gate.promise;
      order.push('first');
      throw new Error('no');
    });
    const second = queue.run('a', () => Promise.resolve(order.push('second')));
    gate.resolve();
    await expect(first).rejects.toThrow('no');
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('does not make one key wait for another', async () => {
    const queue = createKeyedQueue<string>();
    const gate = Promise.withResolvers<string>();
    const slow = queue.run('a', () => gate.promise);
    expect(await queue.run('b', () => Promise.resolve('fast'))).toBe('fast');
    gate.resolve('slow');
    expect(await slow).toBe('slow');
  });
});
