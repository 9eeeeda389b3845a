import { expect, it } from 'vitest';
import { createWorkspaceLine } from './workspace-line.ts';

const { signal } = new AbortController();
const ignore = (): void => undefined;

it('lets in one after the other, in order, and says how many are before', async () => {
  const line = createWorkspaceLine(5);
  const order: string[] = [];
  const told: Record<string, number[]> = { b: [], c: [] };
  const leaveA = await line.enter('w', signal, ignore);
  const turns = ['b', 'c'].map(async (name) => {
    const leave = await line.enter('w', signal, (before) => told[name]?.push(before));
    order.push(name);
    leave?.();
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  leaveA?.();
  leaveA?.();
  await Promise.all(turns);
  expect(order).toEqual(['b', 'c']);
  expect(told).toEqual({ b: [1], c: [2, 1] });
});

it('keeps workspaces apart', async () => {
  const line = createWorkspaceLine(0);
  const [first, other] = [await line.enter('w', signal, ignore), await line.enter('v', signal, ignore)];
  expect([first, other]).not.toContain(undefined);
});

it('refuses who would wait behind too many', async () => {
  const line = createWorkspaceLine(1);
  const leave = await line.enter('w', signal, ignore);
  const second = line.enter('w', signal, ignore);
  expect(await line.enter('w', signal, ignore)).toBeUndefined();
  leave?.();
  const leaveSecond = await second;
  expect(leaveSecond).toBeDefined();
  leaveSecond?.();
  expect(await line.enter('w', signal, ignore)).toBeDefined();
});

it('forgets who gives up waiting', async () => {
  const line = createWorkspaceLine(5);
  const leave = await line.enter('w', signal, ignore);
  const giveUp = new AbortController();
  const second = line.enter('w', giveUp.signal, ignore);
  const third = line.enter('w', signal, ignore);
  giveUp.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  leave?.();
  expect(await third).toBeDefined();
  await expect(line.enter('w', giveUp.signal, ignore)).rejects.toThrow('enough');
});
