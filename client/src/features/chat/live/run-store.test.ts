import type { CommandId, GenerationEvent, GenerationState, Message } from '@parley/contracts';
import { messageText } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogReader } from '../../../lib/log-reader/log-reader.ts';
import {
  createScriptedLogServer,
  createScriptedPage,
  type Fault,
} from '../../../lib/log-reader/testing/scripted-log-server.ts';
import { answerEvents } from '../testing/answer-events.ts';
import { approval, callOf, eventsFrom } from '../testing/tool-calls.ts';
import { answerOf, conversationId, generationId, runningAnswerOf } from '../testing/messages.ts';
import type { RunDefect } from './follow-run.ts';
import { createRunStore } from './run-store.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const running = runningAnswerOf(2, 1);
const id = generationId(2);
const state: GenerationState = {
  id,
  conversationId,
  responseMessageId: running.id,
  status: 'running',
  offset: null,
  waitingForInput: false,
  startedOn: null,
  queue: [],
};

interface SetUpOptions {
  readonly faults?: Fault[];
  readonly saved?: Message;
  readonly state?: GenerationState['status'];
}

function setUp(batches: readonly (readonly unknown[])[], options: SetUpOptions = {}) {
  const server = createScriptedLogServer({ batches, faults: options.faults ?? [] });
  const finished: Message[] = [];
  const titles: string[] = [];
  const asked: string[] = [];
  const executed: string[] = [];
  const waiting: boolean[] = [];
  const defects: RunDefect[] = [];
  const unreadable: unknown[] = [];
  const runs = createRunStore({
    reader: createLogReader({ fetch: server.fetch, page: createScriptedPage() }),
    streamUrl: (generation) => `/api/generations/${generation}/stream`,
    fetchMessage: async () => options.saved ?? running,
    fetchState: async () => ({ ...state, status: options.state ?? 'running' }),
    onFinished: (message) => finished.push(message),
    onTitle: (_, title) => titles.push(title),
    onInputRequested: (_, callId) => asked.push(callId),
    onExecuted: (message) => executed.push(message.id),
    onWaiting: (_, waits) => waiting.push(waits),
    onUnreadable: (_, cause) => unreadable.push(cause),
    onDefect: (defect) => defects.push(defect),
  });
  return { runs, finished, titles, asked, executed, waiting, defects, unreadable, server };
}

describe('the store of runs', () => {
  it('folds a log into the message and ends with the final one', async () => {
    const { runs, finished, defects } = setUp([answerEvents(['Hello, ', 'world'])]);
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ status: 'done', parts: [{ type: 'text', text: 'Hello, world' }] });
    expect(finished[0]).not.toHaveProperty('progress');
    expect(runs.view(id)?.message.status).toBe('done');
    expect(defects).toEqual([]);
  });

  it('shows views a new state once per frame', async () => {
    const events = answerEvents(Array.from({ length: 50 }, (_, index) => `${String(index)} `));
    const { runs } = setUp(events.map((event) => [event]));
    const listener = vi.fn<() => void>();
    runs.subscribe(id, listener);
    runs.follow(running);
    listener.mockClear();
    await vi.runAllTimersAsync();
    expect(messageText(runs.view(id)?.message ?? running)).toBe(
      events
        .slice(0, 50)
        .map((_, n) => `${String(n)} `)
        .join(''),
    );
    expect(listener.mock.calls.length).toBeLessThan(10);
  });

  it('tells when a run begins to wait for its user and when it goes on', async () => {
    const { callId, name, input } = callOf();
    const event = eventsFrom(0);
    const commandId = '00000000-0000-4000-8000-00000000c001';
    const { runs, asked, waiting } = setUp([
      [event({ type: 'tool-call', part: 0, callId, name, input })],
      [event({ type: 'input-requested', callId, request: approval })],
      [event({ type: 'input-received', callId, commandId, answer: { kind: 'deny' } })],
      [event({ type: 'unheard-of', within: ['call-1'] })],
      [event({ type: 'tool-result', callId, output: 'denied', failed: false, denied: true })],
    ]);
    runs.follow(running);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([callId]);
    expect(waiting).toEqual([true, false]);
    expect(runs.view(id)?.message.parts).toMatchObject([{ state: 'denied' }]);
    runs.reset();
  });

  it('goes on from the saved state a running message comes with', async () => {
    const events = answerEvents(['one ', 'two ', 'three']);
    const { runs, finished, server } = setUp([events.slice(0, 2), events.slice(2)]);
    runs.follow({
      ...running,
      parts: [{ type: 'text', step: 0, text: 'one two ' }],
      progress: { events: 2, offset: '0_00000001', attempt: 1, step: 0 },
    });
    await vi.runAllTimersAsync();
    expect(finished[0]).toMatchObject({ parts: [{ text: 'one two three' }] });
    expect(server.requests[0]).toContain('offset=0_00000001');
  });

  it('repairs missing events from the saved message, and counts them', async () => {
    const events = answerEvents(['one ', 'two ', 'three']);
    const { runs, finished, defects } = setUp([[events[0]], [events[2]], [events[3]]], {
      saved: answerOf(2, 1, 'one two three'),
    });
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(finished[0]).toMatchObject({ status: 'done', parts: [{ text: 'one two three' }] });
    expect(defects).toEqual(['gap', 'gap']);
  });

  it('replaces a text that is not the one that was written, silently', async () => {
    const events: GenerationEvent[] = answerEvents(['right']).map((event) =>
      event.type === 'text-delta' ? { ...event, text: 'wrong' } : event,
    );
    const { runs, finished, defects } = setUp([events], { saved: answerOf(2, 1, 'right') });
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(finished[0]).toMatchObject({ parts: [{ text: 'right' }] });
    expect(defects).toEqual(['text-mismatch']);
  });

  it('takes the saved message when the log has expired', async () => {
    const { runs, finished } = setUp([[]], {
      faults: [{ type: 'status', status: 410 }],
      saved: answerOf(2, 1, 'kept'),
    });
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(finished[0]).toMatchObject({ status: 'done', parts: [{ text: 'kept' }] });
  });

  it('hears of titles', async () => {
    const [delta, end] = answerEvents(['a']);
    const { runs, titles } = setUp([[delta], [{ type: 'title', n: 1, step: 0, title: 'Letters' }], [{ ...end, n: 2 }]]);
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(titles).toEqual(['Letters']);
  });

  it('shows that somebody asked for a stop until it has taken effect', async () => {
    const [delta, end] = answerEvents(['a'.repeat(4000)], 'stopped');
    const stop = { type: 'stop-requested', commandId: 'c', at: '2026-11-20T10:00:00.000Z' };
    const { runs } = setUp([[stop], [delta, end]], { faults: [{ type: 'idle', atByte: 1000 }] });
    runs.follow(running);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs.view(id)).toMatchObject({ stopping: true, message: { status: 'running' } });
    runs.reset();

    const { runs: later } = setUp([[stop], [delta, end]]);
    later.follow(running);
    await vi.runAllTimersAsync();
    expect(later.view(id)).toMatchObject({ stopping: false, message: { status: 'stopped' } });
  });

  it('shows what was added to an answer until the model has read it', async () => {
    const commandId = '00000000-0000-4000-8000-00000000000c' as CommandId;
    const [delta, end] = answerEvents(['a'.repeat(4000)]);
    const requested = { type: 'steer-requested', commandId, text: 'Shorter', at: '2026-11-20T10:00:00.000Z' };
    const { runs } = setUp([[requested], [delta, end]], { faults: [{ type: 'idle', atByte: 1000 }] });
    runs.follow(running);
    runs.addSteer(id, { commandId, text: 'Shorter' });
    await vi.advanceTimersByTimeAsync(100);
    expect(runs.view(id)?.steers).toEqual([{ commandId, text: 'Shorter' }]);
    runs.reset();

    const received = { type: 'steer-received', n: 0, step: 0, part: 0, commandId, text: 'Shorter' };
    const { runs: later, finished } = setUp([[requested, received], [{ ...delta, n: 1, part: 1 }], [{ ...end, n: 2 }]]);
    later.follow(running);
    await vi.runAllTimersAsync();
    expect(later.view(id)?.steers).toEqual([]);
    expect(finished[0]?.parts[0]).toEqual({ type: 'steer', step: 0, commandId, text: 'Shorter' });
  });

  it('finds out on return that a run has ended, and shows no sign of life before it knows', async () => {
    const [delta, end] = answerEvents(['a'.repeat(4000)]);
    const { runs, finished } = setUp([[delta, end]], {
      faults: [{ type: 'idle', atByte: 1000 }],
      saved: answerOf(2, 1, 'ended meanwhile'),
      state: 'done',
    });
    runs.follow(running);
    await vi.advanceTimersByTimeAsync(100);
    runs.reconcile();
    await vi.advanceTimersByTimeAsync(100);
    expect(finished).toMatchObject([{ status: 'done', parts: [{ text: 'ended meanwhile' }] }]);
    expect(runs.view(id)).toMatchObject({ checking: false, message: { status: 'done' } });
  });

  it('goes on reading after a return to a run that goes on', async () => {
    const { runs, finished } = setUp([answerEvents(['a'])], { faults: [{ type: 'idle', atByte: 20 }] });
    runs.follow(running);
    await vi.advanceTimersByTimeAsync(100);
    runs.reconcile();
    await vi.advanceTimersByTimeAsync(100);
    expect(runs.view(id)).toMatchObject({ checking: false, message: { status: 'running' } });
    expect(finished).toEqual([]);
    runs.reset();
  });

  it('reads a log that was made anew from its start, and takes its snapshot', async () => {
    const [, second, third, end] = answerEvents(['one ', 'two ', 'three']);
    const snapshot = { type: 'snapshot', n: 1, step: 0, attempt: 1, parts: [{ type: 'text', step: 0, text: 'one ' }] };
    const later = [second, third, end].map((event) => event && 'n' in event && { ...event, n: event.n + 1 });
    const { runs, finished, server, defects } = setUp([[snapshot], later], {
      faults: [{ type: 'status', status: 400 }],
    });
    runs.follow({
      ...running,
      parts: [{ type: 'text', step: 0, text: 'one ' }],
      progress: { events: 1, offset: '9_00000009', attempt: 1, step: 0 },
    });
    await vi.runAllTimersAsync();
    expect(finished[0]).toMatchObject({ status: 'done', parts: [{ text: 'one two three' }] });
    expect(server.requests.map((url) => new URL(url, 'http://parley.test').searchParams.get('offset'))).toEqual([
      '9_00000009',
      '-1',
    ]);
    expect(defects).toEqual([]);
  });

  it('gives up a run that this session may not read', async () => {
    const { runs, unreadable } = setUp([[]], { faults: [{ type: 'status', status: 401 }] });
    runs.follow(running);
    await vi.runAllTimersAsync();
    expect(unreadable).toHaveLength(1);
    expect(runs.view(id)).toBeUndefined();
  });

  it('forgets the runs of a chat that cannot be seen any more', async () => {
    const { runs, unreadable } = setUp([[]]);
    runs.follow(running);
    await vi.advanceTimersByTimeAsync(0);
    runs.release(conversationId);
    expect(runs.view(id)).toBeUndefined();
    await vi.runAllTimersAsync();
    expect(unreadable).toEqual([]);
  });

  it('ends with the same text however the network behaves', async () => {
    const fault: fc.Arbitrary<Fault> = fc.oneof(
      fc.record({ type: fc.constant('status' as const), status: fc.constantFrom(500, 503, 404) }),
      fc.record({ type: fc.constantFrom('cut' as const, 'silence' as const), atByte: fc.nat(2000) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
        fc.array(fault, { maxLength: 5 }),
        async (deltas, faults) => {
          const { runs, finished, defects } = setUp(
            answerEvents(deltas).map((event) => [event]),
            { faults },
          );
          runs.follow(running);
          await vi.runAllTimersAsync();
          expect(finished.map(messageText)).toEqual([deltas.join('')]);
          expect(defects).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
