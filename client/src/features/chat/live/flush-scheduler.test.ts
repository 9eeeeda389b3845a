import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFlushScheduler } from './flush-scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'performance', 'setTimeout'] });
});
afterEach(() => {
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

  it('pauses after a flush that overran its frame', () => {
    const flush = vi.fn<() => void>(() => {
      vi.advanceTimersByTime(30);
    });
    const scheduler = createFlushScheduler(flush);
    scheduler.request();
    vi.advanceTimersToNextFrame();
    scheduler.request();
    vi.advanceTimersToNextFrame();
    vi.advanceTimersToNextFrame();
    expect(flush).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(flush).toHaveBeenCalledTimes(2);
  });
});
