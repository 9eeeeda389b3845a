import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts';
import { createBoxShelf } from './box-shelf.ts';

const never = new AbortController().signal;
const python = { image: 'python', memoryBytes: 512 } as const;
const home = { owner: 'ada', workspace: 'home' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const log: SandboxLog = () => undefined;

function shelfOf(engine: FakeEngine, options: Partial<Parameters<typeof createBoxShelf>[0]> = {}) {
  return createBoxShelf({ engine, log, idleMs: 300_000, maxBoxes: 3, warm: {}, isCalm: () => true, ...options });
}

const workspace = (name: string) => ({ owner: 'ada', workspace: name });

test('a container that nobody uses is removed after the idle time, and each use begins it anew', async () => {
  const engine = createFakeEngine();
  const shelf = shelfOf(engine);
  shelf.keep(home, await shelf.take(home, python, never));
  await vi.advanceTimersByTimeAsync(299_000);
  const again = await shelf.take(home, python, never);
  expect(again.how).toBe('sticky');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(engine.boxes).toHaveLength(1);
  shelf.keep(home, again);
  await vi.advanceTimersByTimeAsync(299_000);
  expect(engine.boxes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(engine.boxes).toHaveLength(0);
});

test('the one that was not used for the longest time makes room', async () => {
  const engine = createFakeEngine();
  const shelf = shelfOf(engine);
  for (const name of ['a', 'b', 'c']) {
    shelf.keep(workspace(name), await shelf.take(workspace(name), python, never));
  }
  shelf.keep(workspace('a'), await shelf.take(workspace('a'), python, never));
  await shelf.take(workspace('d'), python, never);
  expect(engine.boxes.map(({ id }) => id)).toEqual(['box-1', 'box-3', 'box-4']);
});

test('an engine that has no room is tried once more without a container that nobody uses', async () => {
  let isFull = false;
  const engine = createFakeEngine({
    before(stage) {
      if (stage === 'open' && isFull) throw new SandboxError('engine', 'No space left on device');
      if (stage === 'close') isFull = false;
    },
  });
  const shelf = shelfOf(engine);
  shelf.keep(home, await shelf.take(home, python, never));
  isFull = true;
  expect((await shelf.take(workspace('other'), python, never)).how).toBe('cold');
  isFull = true;
  await expect(shelf.take(workspace('third'), python, never)).rejects.toThrow('No space left');
});

test('containers are made ready for images that were used, while the queue is empty', async () => {
  const engine = createFakeEngine();
  let isCalm = false;
  const shelf = shelfOf(engine, { warm: { python: 1, node: 1 }, isCalm: () => isCalm });
  shelf.refill();
  await vi.advanceTimersByTimeAsync(0);
  expect(engine.opened).toBe(0);
  const taken = await shelf.take(home, python, never);
  shelf.refill();
  await vi.advanceTimersByTimeAsync(0);
  expect(engine.opened).toBe(1);
  isCalm = true;
  shelf.refill();
  shelf.refill();
  await vi.advanceTimersByTimeAsync(0);
  expect(engine.opened).toBe(2);
  const ready = await shelf.take(workspace('other'), python, never);
  expect([taken.how, ready.how, ready.box.id]).toEqual(['cold', 'warm', 'box-2']);
});

test('a ready one that died meanwhile is not handed out', async () => {
  const engine = createFakeEngine();
  const shelf = shelfOf(engine, { warm: { python: 1 } });
  await shelf.take(home, python, never);
  shelf.refill();
  await vi.advanceTimersByTimeAsync(0);
  engine.boxes[1]?.crash();
  expect((await shelf.take(workspace('other'), python, never)).how).toBe('cold');
});

test('an engine that makes no container in time is an error', async () => {
  const engine = createFakeEngine({
    async before(stage) {
      if (stage === 'open') await Promise.withResolvers<never>().promise;
    },
  });
  const failure = shelfOf(engine)
    .take(home, python, never)
    .catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failure).toMatchObject({ code: 'engine', message: 'The engine made no container in time.' });
});

test('closing removes what is idle, ready or on its way', async () => {
  const engine = createFakeEngine();
  const shelf = shelfOf(engine, { warm: { python: 1 } });
  shelf.keep(home, await shelf.take(home, python, never));
  shelf.refill();
  await shelf.close();
  expect(engine.boxes).toHaveLength(0);
  await expect(shelf.take(home, python, never)).rejects.toMatchObject({ code: 'unavailable' });
});
