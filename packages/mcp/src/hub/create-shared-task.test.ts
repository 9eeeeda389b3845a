import { describe, expect, it } from 'vitest';
import { createSharedTask } from './create-shared-task.ts';

function start() {
  const runs: { signal: AbortSignal; resolve: (value: string) => void }[] = [];
  const task = createSharedTask(
    (signal) => new Promise<string>((resolve) => runs.push({ signal, resolve })),
    () => new Error('left'),
  );
  return { task, runs };
}

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared task', () => {
  it('runs once for everybody who waits, and again for who comes later', async () => {
    const { task, runs } = start();
    const waits = [task.join(never), task.join(never)];
    await turn();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve('one');
    expect(await Promise.all(waits)).toEqual(['one', 'one']);
    const later = task.join(never);
    await turn();
    runs[1]?.resolve('two');
    expect(await later).toBe('two');
    expect(task.isRunning).toBe(false);
  });

  it('goes on while one still waits, and is given up when nobody does', async () => {
    const { task, runs } = start();
    const first = new AbortController();
    const second = new AbortController();
    const waits = [task.join(first.signal), task.join(second.signal)];
    await turn();
    first.abort();
    await expect(waits[0]).rejects.toThrow('left');
    expect(runs[0]?.signal.aborted).toBe(false);
    second.abort();
    await expect(waits[1]).rejects.toThrow('left');
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(task.isRunning).toBe(false);
    await expect(task.join(AbortSignal.abort())).rejects.toThrow('left');
    expect(runs).toHaveLength(1);
  });
});
