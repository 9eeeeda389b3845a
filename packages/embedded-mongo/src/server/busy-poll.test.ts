import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBusyPoll, type BusyPoll } from './busy-poll.ts';

const isAwake = (): boolean => vi.getTimerCount() > 0;

function ask(busyPoll: BusyPoll, connectionId: number): void {
  busyPoll.requested(connectionId);
  busyPoll.answered(connectionId);
}

describe('busy polling', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sleeps after the first request, and waits awake for one client that asks again and again', () => {
    const busyPoll = createBusyPoll(2);
    ask(busyPoll, 1);
    expect(isAwake()).toBe(false);
    ask(busyPoll, 1);
    expect(isAwake()).toBe(true);
    ask(busyPoll, 1);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('falls asleep when nothing comes, and stays so for a client that asks late', () => {
    const busyPoll = createBusyPoll(2);
    ask(busyPoll, 1);
    ask(busyPoll, 1);
    vi.advanceTimersByTime(5);
    expect(isAwake()).toBe(false);
    ask(busyPoll, 1);
    expect(isAwake()).toBe(false);
  });

  it('does not keep turning while a request is worked on', () => {
    const busyPoll = createBusyPoll(2);
    ask(busyPoll, 1);
    ask(busyPoll, 1);
    busyPoll.requested(1);
    vi.runOnlyPendingTimers();
    expect(isAwake()).toBe(false);
  });

  it('never does with clients in turn, nor on a single processor', () => {
    const busyPoll = createBusyPoll(2);
    for (const connectionId of [1, 2, 1, 2]) ask(busyPoll, connectionId);
    expect(isAwake()).toBe(false);
    const single = createBusyPoll(1);
    for (let request = 0; request < 3; request += 1) ask(single, 1);
    expect(isAwake()).toBe(false);
  });
});
