import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHighlighter } from './highlighter.ts';
import type { HighlightRequest, HighlightResponse } from './highlight-messages.ts';

/** A worker whose answers the test writes. */
class FakeWorker extends EventTarget {
  readonly requests: HighlightRequest[] = [];
  terminated = false;
  postMessage(request: HighlightRequest) {
    this.requests.push(request);
  }
  answer(response: HighlightResponse) {
    this.dispatchEvent(new MessageEvent('message', { data: response }));
  }
  terminate() {
    this.terminated = true;
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const highlighter = createHighlighter({
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { highlighter, workers };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('one worker, made on first use, answers every block by id', async () => {
  const { highlighter, workers } = setUp();
  expect(workers).toHaveLength(0);
  const first = highlighter.highlight('a', 'go');
  const second = highlighter.highlight('b', 'go');
  expect(workers).toHaveLength(1);
  workers[0]?.answer({ id: 2, spans: [['string', 'b']] });
  workers[0]?.answer({ id: 1, spans: [['number', 'a']] });
  expect(await first).toEqual([['number', 'a']]);
  expect(await second).toEqual([['string', 'b']]);
});

test('what was highlighted once is known at once', async () => {
  const { highlighter, workers } = setUp();
  const asked = highlighter.highlight('a', 'go');
  workers[0]?.answer({ id: 1, spans: [['number', 'a']] });
  await asked;
  expect(highlighter.known('a', 'go')).toEqual([['number', 'a']]);
  expect(highlighter.known('a', 'rust')).toBeUndefined();
  expect(await highlighter.highlight('a', 'go')).toEqual([['number', 'a']]);
  expect(workers[0]?.requests).toHaveLength(1);
});

test('what is passing is coloured, and not kept', async () => {
  const { highlighter, workers } = setUp();
  const asked = highlighter.highlight('a', 'go', true);
  workers[0]?.answer({ id: 1, spans: [['number', 'a']] });
  expect(await asked).toEqual([['number', 'a']]);
  expect(highlighter.known('a', 'go')).toBeUndefined();
});

test('plain text and very long code never reach the worker', async () => {
  const { highlighter, workers } = setUp();
  expect(await highlighter.highlight('a', '')).toBeUndefined();
  expect(await highlighter.highlight('a'.repeat(70_000), 'go')).toBeUndefined();
  expect(workers).toHaveLength(0);
});

test('a grammar that hangs costs its block the colours, and the next block gets a new worker', async () => {
  const { highlighter, workers } = setUp();
  const hanging = highlighter.highlight('a', 'go');
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await hanging).toBeUndefined();
  expect(workers[0]?.terminated).toBe(true);
  const next = highlighter.highlight('b', 'go');
  workers[1]?.answer({ id: 2, spans: [['plain', 'b']] });
  expect(await next).toEqual([['plain', 'b']]);
});

test('code stays plain when the worker cannot be loaded', async () => {
  const { highlighter, workers } = setUp();
  const asked = highlighter.highlight('a', 'go');
  workers[0]?.dispatchEvent(new Event('error'));
  expect(await asked).toBeUndefined();
  expect(await highlighter.highlight('b', 'go')).toBeUndefined();
  expect(workers).toHaveLength(1);
});

test('code stays plain where there are no workers', async () => {
  const highlighter = createHighlighter({
    createWorker: () => {
      throw new Error('no workers');
    },
  });
  expect(await highlighter.highlight('a', 'go')).toBeUndefined();
});
