import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDelayedFlag } from './use-delayed-flag.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a delayed flag', () => {
  it('never rises for short work', () => {
    const { result, rerender } = renderHook(useDelayedFlag, { initialProps: true });
    pass(150);
    rerender(false);
    pass(1000);
    expect(result.current).toBe(false);
  });

  it('rises after 200 ms and stays up for 400 ms', () => {
    const { result, rerender } = renderHook(useDelayedFlag, { initialProps: true });
    pass(200);
    expect(result.current).toBe(true);
    rerender(false);
    pass(390);
    expect(result.current).toBe(true);
    pass(20);
    expect(result.current).toBe(false);
  });
});

function pass(milliseconds: number): void {
  act(() => void vi.advanceTimersByTime(milliseconds));
}
