import { ProblemError } from '@parley/contracts';
import type { InputRequest } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../../../lib/api/send.ts';
import { generationId } from '../testing/messages.ts';
import { approval } from '../testing/tool-calls.ts';
import { createInputStore, type GivenInput, givenTo } from './input-store.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const id = generationId(2);
const call = { generationId: id, callId: 'call-1', request: approval };
const approve = { kind: 'approve', scope: 'once' } as const;
const deny = { kind: 'deny' } as const;

/** A store whose deliveries fail with these causes, one after the other, and then succeed. */
function setUp(...failures: readonly Error[]) {
  const left = [...failures];
  const delivered: GivenInput[] = [];
  const inputs = createInputStore({
    deliver(input) {
      delivered.push(input);
      const failure = left.shift();
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
  });
  return { inputs, delivered, given: (asked = call) => givenTo(inputs.getState(), asked) };
}

describe('answers to what waits', () => {
  it('are delivered once and stay shown until the events tell what became of them', async () => {
    const { inputs, delivered, given } = setUp();
    inputs.give(call, approve);
    expect(given()).toMatchObject({ state: 'sending', answer: approve });
    await vi.runAllTimersAsync();
    expect(given()).toMatchObject({ state: 'sent' });
    expect(delivered).toHaveLength(1);
  });

  it('are tried again as the same command while the server cannot be reached', async () => {
    const { inputs, delivered, given } = setUp(
      new OfflineError('unreachable', undefined),
      new ProblemError('not-ready'),
    );
    inputs.give(call, approve);
    await vi.advanceTimersByTimeAsync(0);
    expect(given()).toMatchObject({ state: 'waiting' });
    await vi.runAllTimersAsync();
    expect(given()).toMatchObject({ state: 'sent' });
    expect(delivered).toHaveLength(3);
    expect(new Set(delivered.map(({ commandId }) => commandId)).size).toBe(1);
  });

  it('go at once when the network returns', async () => {
    const { inputs, delivered, given } = setUp(new OfflineError('unreachable', undefined));
    inputs.give(call, approve);
    await vi.advanceTimersByTimeAsync(0);
    inputs.retryWaiting();
    await vi.advanceTimersByTimeAsync(0);
    expect(given()).toMatchObject({ state: 'sent' });
    expect(delivered).toHaveLength(2);
    await vi.runAllTimersAsync();
    expect(delivered).toHaveLength(2);
  });

  it('say why the server would not take them, and are another command when they are others', async () => {
    const { inputs, delivered, given } = setUp(new ProblemError('internal-error'), new ProblemError('internal-error'));
    inputs.give(call, approve);
    await vi.runAllTimersAsync();
    expect(given()).toMatchObject({ state: 'refused', cause: { code: 'internal-error' } });
    inputs.give(call, approve);
    await vi.runAllTimersAsync();
    inputs.give(call, deny);
    await vi.runAllTimersAsync();
    const [first, second, third] = delivered.map(({ commandId }) => commandId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('count only for the request they were given to', () => {
    const { inputs, given } = setUp();
    inputs.give(call, approve);
    const other: InputRequest = { kind: 'sign-in', source: { kind: 'mcp', title: 'Files' } };
    expect(given({ ...call, request: other as typeof approval })).toBeUndefined();
    expect(given({ ...call, request: structuredClone(approval) })).toBeDefined();
  });

  it('are forgotten with their call, their generation or their user, and not tried again', async () => {
    const { inputs, delivered, given } = setUp(new OfflineError('unreachable', undefined));
    inputs.give(call, approve);
    await vi.advanceTimersByTimeAsync(0);
    inputs.forget(id, 'call-2');
    expect(given()).toBeDefined();
    inputs.forget(id, 'call-1');
    expect(given()).toBeUndefined();
    await vi.runAllTimersAsync();
    expect(delivered).toHaveLength(1);
    inputs.give(call, approve);
    inputs.forgetAll(id);
    expect(given()).toBeUndefined();
    inputs.give(call, approve);
    inputs.reset();
    expect(inputs.getState().size).toBe(0);
  });
});
