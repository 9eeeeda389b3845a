import { expect, test } from 'vitest';
import type { Answer } from '../core/call.ts';
import { createBulkheads } from './bulkheads.ts';
import { answerOf, eventsOf, makeCall, makeTarget, saying } from './testing/made-calls.ts';
import { withEnd } from './with-end.ts';

const target = makeTarget('one/a');
const { signal } = new AbortController();
const now = () => performance.now();

function start(maxConcurrent: number, maxQueued: number) {
  const bulkheads = createBulkheads({ providers: [{ name: 'one', label: 'One', maxConcurrent, maxQueued }], now });
  const caller = bulkheads.wrap(withEnd(async () => answerOf(target, saying('Hi'))));
  return { bulkheads, caller, counts: () => bulkheads.list()[0] };
}

test('what is too much waits until an answer is over', async () => {
  const { caller, counts } = start(1, 5);
  const first = await caller(makeCall(), target, signal);
  let second: Answer | undefined;
  const waiting = caller(makeCall(), target, signal).then((answer) => (second = answer));
  await new Promise(setImmediate);
  expect(second).toBeUndefined();
  expect(counts()).toMatchObject({ running: 1, waiting: 1 });
  await eventsOf(first);
  await eventsOf(await waiting);
  expect(counts()).toMatchObject({ running: 0, waiting: 0 });
});

test('a full queue refuses, so that another target can be asked', async () => {
  const { caller } = start(1, 0);
  await caller(makeCall(), target, signal);
  await expect(caller(makeCall(), target, signal)).rejects.toMatchObject({ code: 'overloaded', isUnsent: true });
});

test('a queue that does not move refuses at the start deadline', async () => {
  const { caller, counts } = start(1, 5);
  await caller(makeCall(), target, signal);
  const hurried = makeCall({ startBy: performance.now() + 5 });
  await expect(caller(hurried, target, signal)).rejects.toMatchObject({ code: 'overloaded' });
  expect(counts()).toMatchObject({ running: 1, waiting: 0 });
});

test('a client that leaves leaves the queue', async () => {
  const { caller, counts } = start(1, 5);
  await caller(makeCall(), target, signal);
  const leaving = new AbortController();
  const waiting = caller(makeCall(), target, leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(counts()).toMatchObject({ running: 1, waiting: 0 });
});

test('a failed call gives its place back', async () => {
  const bulkheads = createBulkheads({ providers: [{ name: 'one', label: 'One', maxConcurrent: 1 }], now });
  const caller = bulkheads.wrap(() => Promise.reject(new Error('no')));
  for (let turn = 0; turn < 3; turn += 1) await expect(caller(makeCall(), target, signal)).rejects.toThrow('no');
  expect(bulkheads.list()).toEqual([{ provider: 'one', running: 0, waiting: 0 }]);
});
