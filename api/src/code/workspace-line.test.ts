import { expect, it } from 'vitest';
import { createWorkspaceLine } from './workspace-line.ts';

const { signal } = new AbortController();
const ignore = (): void => undefined;

it('lets in one after the other, in the order in which they joined, and says how many are before', async () => {
  const line = createWorkspaceLine(5);
  const order: string[] = [];
  const told: Record<string, number[]> = { b: [], c: [] };
  const [a, b, c] = [line.join('w'), line.join('w'), line.join('w')];
  const take = async (name: string, place: typeof a): Promise<void> => {
    await place?.turn(signal, (before) => told[name]?.push(before));
    order.push(name);
    place?.leave();
  };
  // Whoever asks first need not be first.
  const turns = [take('c', c), take('b', b)];
  await a?.turn(signal, ignore);
  expect(order).toEqual([]);
  a?.leave();
  a?.leave();
  await Promise.all(turns);
  expect(order).toEqual(['b', 'c']);
  expect(told).toEqual({ b: [1], c: [2, 1] });
});

it('keeps workspaces apart', () => {
  const line = createWorkspaceLine(0);
  expect([line.join('w'), line.join('v')]).not.toContain(undefined);
});

it('refuses who would wait behind too many', async () => {
  const line = createWorkspaceLine(1);
  const first = line.join('w');
  const second = line.join('w');
  expect(line.join('w')).toBeUndefined();
  first?.leave();
  await second?.turn(signal, ignore);
  second?.leave();
  expect(line.join('w')).toBeDefined();
});

it('goes on without who gives up waiting', async () => {
  const line = createWorkspaceLine(5);
  const [first, second, third] = [line.join('w'), line.join('w'), line.join('w')];
  const giveUp = new AbortController();
  const turn = second?.turn(giveUp.signal, ignore);
  giveUp.abort(new Error('enough'));
  await expect(turn).rejects.toThrow('enough');
  second?.leave();
  first?.leave();
  await third?.turn(signal, ignore);
  await expect(line.join('w')?.turn(giveUp.signal, ignore)).rejects.toThrow('enough');
});
