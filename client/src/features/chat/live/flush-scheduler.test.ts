import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFlushScheduler } from './flush-scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'performance', 'setTimeout'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a flush scheduler', () => {
  it('flushes once per frame, however often it is asked', () => {
    const flush = vi.fn<() => void>();
    const scheduler = createFlushScheduler(flush);
    scheduler.request();
    scheduler.request();
    vi.advanceTimersToNextFrame();
    expect(flush).toHaveBeenCalledTimes(1);
    vi.advanceTimersToNextFrame();
    expect(flush).toHaveBeenCalledTimes(1);
    scheduler.request();
    vi.advanceTimersToNextFrame();
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it('leaves every second frame out while it is asked all the time', () => {
    const scheduler = createFlushScheduler(flush);
    let flushes = 0;
    function flush() {
      flushes += 1;
      scheduler.request();
    }
    scheduler.request();
    for (let frame = 0; frame < 20; frame += 1) vi.advanceTimersToNextFrame();
    expect(flushes).toBe(10);
  });

  it('waits for no frame to be left out before the last flush', () => {
    const flush = vi.fn<() => void>();
    const scheduler = createFlushScheduler(flush);
    scheduler.request();
    vi.advanceTimersToNextFrame();
    scheduler.request();
    scheduler.hurry();
    vi.advanceTimersToNextFrame();
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it.each([
    { costMs: 12, perSecond: 12 },
    { costMs: 200, perSecond: 9 },
  ])('waits in proportion to what a flush costs: $costMs ms', ({ costMs, perSecond }) => {
    let spent = 0;
    const clock = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + spent);
    const scheduler = createFlushScheduler(flush);
    let flushes = 0;
    function flush() {
      flushes += 1;
      spent += costMs;
      scheduler.request();
    }
    scheduler.request();
    vi.advanceTimersByTime(10_000);
    expect(Math.floor(flushes / 10)).toBe(perSecond);
  });
});
