import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../testing/run-program.ts';
import { createRunQueue, type Turn } from './run-queue.ts';

const never = new AbortController().signal;
const ordinary = { concurrency: 2, perOwner: 2, waitMs: 60_000, longest: 500, longestOfOwner: 50 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue whose turns are remembered by name, and ended by name. */
function watched(options: Partial<typeof ordinary> = {}) {
  const queue = createRunQueue({ ...ordinary, ...options });
  const running = new Map<string, Turn>();
  const order: string[] = [];
  const positions = new Map<string, number>();
  const enter = async (name: string, owner: string, key = name, signal = never) => {
    const onPosition = (position: number) => void positions.set(name, position);
    const turn = await queue.enter({ owner, key, signal, onPosition });
    order.push(name);
    positions.delete(name);
    running.set(name, turn);
  };
  const leave = async (name: string) => {
    running.get(name)?.leave();
    running.delete(name);
    await settled();
  };
  return { queue, order, running, positions, enter, leave };
}

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

describe('turns', () => {
  test('go to owners in turn, however many runs one of them has', async () => {
    const { enter, leave, order, running } = watched({ concurrency: 1 });
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) void enter(name, name.charAt(0));
    await settled();
    while (running.size > 0) for (const name of running.keys()) await leave(name);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('are at most so many at once, of all and of one owner', async () => {
    const { enter, running } = watched({ concurrency: 3, perOwner: 2 });
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) void enter(name, name.charAt(0));
    await settled();
    expect([...running.keys()]).toEqual(['a1', 'a2', 'b1']);
  });

  test('of one key follow each other, and let others pass', async () => {
    const { enter, leave, order } = watched({ concurrency: 4 });
    void enter('first', 'a', 'home');
    void enter('second', 'a', 'home');
    void enter('elsewhere', 'a', 'office');
    await settled();
    expect(order).toEqual(['first', 'elsewhere']);
    await leave('first');
    expect(order).toEqual(['first', 'elsewhere', 'second']);
  });

  test('tell how many wait before them, as that changes', async () => {
    const { enter, leave, positions } = watched({ concurrency: 1 });
    for (const name of ['a1', 'a2', 'a3', 'b1']) void enter(name, name.charAt(0));
    await settled();
    expect(Object.fromEntries(positions)).toEqual({ b1: 0, a2: 1, a3: 2 });
    await leave('a1');
    expect(Object.fromEntries(positions)).toEqual({ a2: 0, a3: 1 });
  });

  test('that are given back twice count once', async () => {
    const { enter, running, order } = watched({ concurrency: 1 });
    void enter('a1', 'a');
    void enter('b1', 'b');
    void enter('c1', 'c');
    await settled();
    const turn = running.get('a1');
    turn?.leave();
    turn?.leave();
    await settled();
    expect(order).toEqual(['a1', 'b1']);
  });

  test('are lent to others while a run rests, though not to its owner or for its key', async () => {
    const { enter, leave, running, order } = watched({ concurrency: 1, perOwner: 1 });
    for (const name of ['a1', 'a2', 'b1', 'c1']) void enter(name, name.charAt(0));
    await settled();
    const turn = running.get('a1');
    turn?.rest();
    turn?.rest();
    await settled();
    expect(order).toEqual(['a1', 'b1']);
    turn?.resume();
    await leave('b1');
    expect(order).toEqual(['a1', 'b1']);
    turn?.rest();
    await leave('a1');
    expect(order).toEqual(['a1', 'b1', 'c1']);
    await leave('c1');
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2']);
  });
});

describe('waiting', () => {
  test('is refused when too many wait, of one owner or of all', async () => {
    const { enter } = watched({ concurrency: 1, longest: 3, longestOfOwner: 2 });
    void enter('a1', 'a');
    void enter('a2', 'a');
    void enter('a3', 'a');
    await expect(enter('a4', 'a')).rejects.toMatchObject({ code: 'queue-full' });
    void enter('b1', 'b');
    await expect(enter('c1', 'c')).rejects.toMatchObject({ code: 'queue-full' });
  });

  test('ends after a minute', async () => {
    const { enter, queue } = watched({ concurrency: 1 });
    void enter('a1', 'a');
    const late = failureOf(enter('a2', 'a'));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(queue.isEmpty()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await late).toMatchObject({ code: 'queue-full', message: 'It was not its turn within 60 s.' });
    expect(queue.isEmpty()).toBe(true);
  });

  test('ends with its signal, and those behind move up', async () => {
    const { enter, positions } = watched({ concurrency: 1 });
    const stop = new AbortController();
    void enter('a1', 'a');
    const stopped = failureOf(enter('a2', 'a', 'a2', stop.signal));
    void enter('a3', 'a');
    await settled();
    stop.abort(new Error('stopped'));
    expect(await stopped).toMatchObject({ message: 'stopped' });
    expect(Object.fromEntries(positions)).toEqual({ a2: 0, a3: 0 });
  });
});

test('whatever comes and goes, limits hold, nobody is forgotten, and no key is shared', async () => {
  const entry = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), key: fc.constantFrom('1', '2', '3', '4') });
  const step = fc.oneof(entry, fc.constant('leave' as const), fc.constant('stop' as const));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const queue = createRunQueue({ ...ordinary, concurrency: 3 });
      const running: { owner: string; key: string; turn: Turn }[] = [];
      const stops: AbortController[] = [];
      const entered: Promise<unknown>[] = [];
      const enter = async (each: { owner: string; key: string }, signal: AbortSignal) => {
        const turn = await queue.enter({ ...each, signal, onPosition: () => undefined });
        running.push({ ...each, turn });
      };
      const check = async () => {
        await settled();
        expect(running.length).toBeLessThanOrEqual(3);
        expect(new Set(running.map(({ key }) => key)).size).toBe(running.length);
        for (const owner of ['a', 'b', 'c']) {
          expect(running.filter((each) => each.owner === owner).length).toBeLessThanOrEqual(2);
        }
      };
      for (const each of steps) {
        if (each === 'leave') running.shift()?.turn.leave();
        else if (each === 'stop') stops.pop()?.abort(new Error('stopped'));
        else {
          const stop = new AbortController();
          stops.unshift(stop);
          entered.push(failureOf(enter(each, stop.signal)));
        }
        await check();
      }
      while (running.length > 0) {
        running.shift()?.turn.leave();
        await check();
      }
      const failures = await Promise.all(entered);
      expect(failures.filter((each) => each instanceof Error && each.message !== 'stopped')).toEqual([]);
      expect(queue.isEmpty()).toBe(true);
    }),
    { numRuns: 100 },
  );
});
