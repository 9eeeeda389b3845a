import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandIdSchema, conversationIdSchema, generationIdSchema, messageIdSchema } from '../entities/ids.ts';
import type { MessagePart } from '../entities/message-part.ts';
import { foldMessage, isGap, startProgress } from './fold-message.ts';
import type { RunningMessage } from './fold-message.ts';
import type { GenerationEvent, ProducerEvent } from './generation-event.ts';

const generationId = generationIdSchema.parse('00000000-0000-4000-8000-000000000001');
const commandId = commandIdSchema.parse('00000000-0000-4000-8000-000000000004');
const at = '2026-01-01T00:00:00.000Z';

function emptyMessage(): RunningMessage {
  return {
    id: messageIdSchema.parse('00000000-0000-4000-8000-000000000002'),
    conversationId: conversationIdSchema.parse('00000000-0000-4000-8000-000000000003'),
    parentId: null,
    role: 'assistant',
    status: 'running',
    parts: [],
    createdAt: at,
    generationId,
    progress: startProgress('-1'),
  };
}

/** What a log begins with that was lost when it held that answer, and made anew. */
function snapshotOf({ parts, usage, progress }: RunningMessage, n: number): GenerationEvent {
  const { step, attempt } = progress;
  return { type: 'snapshot', n, step, attempt, parts, ...(usage === undefined ? {} : { usage }) };
}

function foldAll(events: readonly GenerationEvent[], from = emptyMessage()): RunningMessage {
  return events.reduce(foldMessage, from);
}

type Unnumbered<E> = E extends unknown ? Omit<E, 'n'> : never;

function numbered(events: readonly Unnumbered<ProducerEvent>[]): ProducerEvent[] {
  return events.map((event, n) => ({ ...event, n }));
}

const text = (part: number, start: number, value: string, step = 0): Unnumbered<ProducerEvent> => ({
  type: 'text-delta',
  step,
  part,
  start,
  text: value,
});

/** An event as a newer server may write it, past what the types of this build know. */
function ofTomorrow(event: { type: string; step: number; shape?: string }): Unnumbered<ProducerEvent> {
  return JSON.parse(JSON.stringify(event));
}

/** What a producer may do next; `write` touches the newest part of its kind or begins one. */
type Move =
  | { readonly kind: 'write'; readonly to: 'text' | 'reasoning'; readonly fresh: boolean; readonly text: string }
  | { readonly kind: 'call'; readonly pieces: readonly string[]; readonly answered: boolean; readonly failed: boolean }
  | { readonly kind: 'source' }
  | { readonly kind: 'usage'; readonly output: number }
  | { readonly kind: 'next-step' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'steer'; readonly text: string }
  | { readonly kind: 'unknown' };

const moves = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        to: fc.constantFrom('text' as const, 'reasoning' as const),
        fresh: fc.boolean(),
        text: fc.string({ unit: 'binary', maxLength: 6 }),
      }),
    },
    fc.record({
      kind: fc.constant('call' as const),
      pieces: fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }),
      answered: fc.boolean(),
      failed: fc.boolean(),
    }),
    fc.constant({ kind: 'source' } as const),
    fc.record({ kind: fc.constant('usage' as const), output: fc.nat(50) }),
    fc.constant({ kind: 'next-step' } as const),
    fc.constant({ kind: 'restart' } as const),
    fc.record({ kind: fc.constant('steer' as const), text: fc.string({ maxLength: 4 }) }),
    fc.constant({ kind: 'unknown' } as const),
  ),
  { maxLength: 40 },
);

/** A valid history, and the parts it must lead to, kept by hand beside it. */
function play(script: readonly Move[]): { events: GenerationEvent[]; parts: MessagePart[] } {
  const events: Unnumbered<ProducerEvent>[] = [
    { type: 'generation-started', step: 0, generationId, messageId: emptyMessage().id, at },
    { type: 'step-started', step: 0 },
  ];
  let parts: MessagePart[] = [];
  let step = 0;
  let attempt = 1;
  for (const move of script) {
    switch (move.kind) {
      case 'write': {
        const newest = parts.findLastIndex((part) => part.type === move.to && part.step === step);
        const held = move.fresh ? undefined : parts[newest];
        if (held?.type === 'text' || held?.type === 'reasoning') {
          events.push({ type: `${move.to}-delta`, step, part: newest, start: held.text.length, text: move.text });
          parts[newest] = { ...held, text: held.text + move.text };
        } else {
          events.push({ type: `${move.to}-delta`, step, part: parts.length, start: 0, text: move.text });
          parts.push({ type: move.to, step, text: move.text });
        }
        break;
      }
      case 'call': {
        const part = parts.length;
        const call = { callId: `call-${events.length}`, name: 'look_up' };
        let input = '';
        for (const piece of move.pieces) {
          events.push({ type: 'tool-input-delta', step, part, start: input.length, text: piece, ...call });
          input += piece;
        }
        events.push({ type: 'tool-call', step, part, input, ...call });
        if (move.answered) {
          events.push({ type: 'tool-result', step, callId: call.callId, output: 'seen', failed: move.failed });
        }
        const ending = move.answered
          ? ({ output: 'seen', state: move.failed ? 'failed' : 'done' } as const)
          : undefined;
        parts.push({ type: 'tool-call', step, input, ...call, ...(ending ?? { state: 'called' }) });
        break;
      }
      case 'source': {
        const source = { id: `source-${events.length}`, title: 'Guide', url: '/docs/guide' };
        events.push({ type: 'source', step, part: parts.length, ...source });
        parts.push({ type: 'source', step, ...source });
        break;
      }
      case 'usage':
        events.push({ type: 'usage', step, usage: { input: 1, output: move.output } });
        break;
      case 'next-step':
        events.push({ type: 'step-finished', step });
        step += 1;
        attempt = 1;
        events.push({ type: 'step-started', step });
        break;
      case 'restart':
        attempt += 1;
        events.push({ type: 'step-restarted', step, attempt });
        parts = parts.filter((part) => !('step' in part) || part.type === 'steer' || part.step !== step);
        break;
      case 'steer': {
        const steer = { commandId, text: move.text };
        // What the user adds is taken in between two steps, before anything of the next one.
        events.push({ type: 'step-finished', step });
        step += 1;
        attempt = 1;
        events.push({ type: 'step-started', step }, { type: 'steer-received', step, part: parts.length, ...steer });
        parts.push({ type: 'steer', step, ...steer });
        break;
      }
      case 'unknown':
        events.push(ofTomorrow({ type: 'hologram', step, shape: 'cube' }));
    }
  }
  return { events: numbered(events), parts };
}

describe('foldMessage', () => {
  it('builds the parts a history describes', () => {
    fc.assert(
      fc.property(moves, (script) => {
        const { events, parts } = play(script);
        const message = foldAll(events);
        expect(message.parts).toEqual(parts);
        expect(message.progress.events).toBe(events.length);
      }),
    );
  });

  it('gives the same message whatever is delivered twice and wherever a reader reconnects', () => {
    const cuts = fc.array(fc.record({ length: fc.nat(12), back: fc.nat(12) }), { maxLength: 20 });
    fc.assert(
      fc.property(moves, cuts, (script, deliveries) => {
        const { events } = play(script);
        let message = emptyMessage();
        for (const { length, back } of deliveries) {
          const from = Math.max(0, message.progress.events - back);
          message = foldAll(events.slice(from, from + length), message);
        }
        message = foldAll(events.slice(message.progress.events), message);
        expect(message).toEqual(foldAll(events));
      }),
    );
  });

  it('gives a late joiner, who starts from a saved partial message, the same message', () => {
    fc.assert(
      fc.property(moves, fc.nat(), fc.nat(), (script, savedAt, readFrom) => {
        const { events } = play(script);
        const held = savedAt % (events.length + 1);
        const saved: RunningMessage = JSON.parse(JSON.stringify(foldAll(events.slice(0, held))));
        expect(foldAll(events.slice(readFrom % (held + 1)), saved)).toEqual(foldAll(events));
      }),
    );
  });

  it('leaves the message as it is when events in between are missing', () => {
    fc.assert(
      fc.property(moves, fc.nat(), fc.integer({ min: 1, max: 9 }), (script, position, skipped) => {
        const { events } = play(script);
        const held = position % events.length;
        const message = foldAll(events.slice(0, held));
        const early = events[held + skipped];
        if (early === undefined) return;
        expect(isGap(message, early)).toBe(true);
        expect(foldMessage(message, early)).toBe(message);
      }),
    );
  });

  it('gives every reader of a log that was made anew the same message, however far it had read', () => {
    fc.assert(
      fc.property(moves, fc.nat(), fc.nat(), fc.nat(9), (script, lostAt, readTo, leap) => {
        const { events } = play(script);
        const held = lostAt % (events.length + 1);
        const message = foldAll(events.slice(0, held));
        const snapshot = snapshotOf(message, held + leap);
        const later = events.slice(held).map((event, index) => ({ ...event, n: held + leap + 1 + index }));
        const reader = foldAll(events.slice(0, readTo % (held + leap + 1)));
        expect(isGap(reader, snapshot)).toBe(false);
        const { parts, usage, progress } = foldAll([snapshot, ...later], reader);
        const whole = foldAll(events);
        expect({ parts, usage }).toEqual({ parts: whole.parts, usage: whole.usage });
        expect(progress).toEqual({ ...whole.progress, events: whole.progress.events + leap + 1 });
      }),
    );
  });

  it('leaves a snapshot out that a reader has passed', () => {
    const message = foldAll(numbered([text(0, 0, 'Hel'), text(0, 3, 'lo')]));
    expect(foldMessage(message, snapshotOf(emptyMessage(), 1))).toBe(message);
  });

  it('keeps what the user added when the step before which it stands is done again', () => {
    const message = foldAll(
      numbered([
        { type: 'step-started', step: 0 },
        { type: 'steer-received', step: 0, part: 0, commandId, text: 'In French' },
        text(1, 0, 'lost'),
        { type: 'step-restarted', step: 0, attempt: 2 },
        text(1, 0, 'encore'),
      ]),
    );
    expect(message.parts).toEqual([
      { type: 'steer', step: 0, commandId, text: 'In French' },
      { type: 'text', step: 0, text: 'encore' },
    ]);
  });

  it('never changes a message it was given', () => {
    fc.assert(
      fc.property(moves, (script) => {
        let message = emptyMessage();
        for (const event of play(script).events) {
          const before = JSON.stringify(message);
          const after = foldMessage(message, event);
          expect(JSON.stringify(message)).toBe(before);
          message = after;
        }
      }),
    );
  });

  it('sees no gap in an event it holds, in the next one, and in one of another hand', () => {
    const events = numbered([{ type: 'step-started', step: 0 }, text(0, 0, 'a')]);
    const message = foldAll(events);
    expect(isGap(message, events[0]!)).toBe(false);
    expect(isGap(message, { type: 'step-finished', n: 2, step: 0 })).toBe(false);
    expect(isGap(message, { type: 'stop-requested', commandId: 'stop', at })).toBe(false);
    expect(isGap(message, { type: 'steer-requested', commandId, text: 'In French', at })).toBe(false);
  });

  it('counts an event of a type it does not know, so that the ones after it are no gap', () => {
    const unknown = ofTomorrow({ type: 'hologram', step: 0 });
    const message = foldAll(numbered([text(0, 0, 'Hel'), unknown, text(0, 3, 'lo')]));
    expect(message.parts).toEqual([{ type: 'text', step: 0, text: 'Hello' }]);
  });

  it('ignores what another hand writes', () => {
    const message = foldAll(numbered([text(0, 0, 'a')]));
    expect(foldMessage(message, { type: 'stop-requested', commandId: 'stop', at })).toBe(message);
  });

  it('drops only the parts of the step that is done again, and counts the attempt', () => {
    const message = foldAll(
      numbered([
        { type: 'step-started', step: 0 },
        text(0, 0, 'kept'),
        { type: 'step-finished', step: 0 },
        { type: 'step-started', step: 1 },
        text(1, 0, 'lost', 1),
        { type: 'step-restarted', step: 1, attempt: 2 },
        text(1, 0, 'again', 1),
      ]),
    );
    expect(message.parts.map((part) => 'text' in part && part.text)).toEqual(['kept', 'again']);
    expect(message.progress).toMatchObject({ step: 1, attempt: 2 });
  });

  it('counts the attempts of a later step from one again', () => {
    const message = foldAll(
      numbered([
        { type: 'step-started', step: 0 },
        { type: 'step-restarted', step: 0, attempt: 2 },
        { type: 'step-finished', step: 0 },
        { type: 'step-started', step: 1 },
      ]),
    );
    expect(message.progress).toMatchObject({ step: 1, attempt: 1 });
  });

  it('adds up the tokens of all model calls, and counts those of a first call done twice once', () => {
    const message = foldAll(
      numbered([
        { type: 'usage', step: 0, usage: { input: 10, output: 1 } },
        { type: 'usage', step: 0, usage: { input: 10, output: 5, cachedInput: 4 } },
        { type: 'usage', step: 2, usage: { input: 20, output: 7, reasoning: 3 } },
      ]),
    );
    expect(message.usage).toEqual({ input: 30, output: 12, cachedInput: 4, reasoning: 3 });
  });

  it('ends with the status, the reason and what went wrong, beside the text', () => {
    const error = { type: 'error', code: 'upstream-cut', title: 'The connection broke off' } as const;
    const message = foldAll(
      numbered([
        text(0, 0, 'Half an ans'),
        {
          type: 'generation-finished',
          step: 0,
          status: 'failed',
          finishReason: 'error',
          error,
          textLength: 11,
          textHash: '00000000',
          at,
        },
      ]),
    );
    expect(message).toMatchObject({ status: 'failed', finishReason: 'error' });
    expect(message.parts).toEqual([{ type: 'text', step: 0, text: 'Half an ans' }, error]);
  });
});

const trace = (step: number, modelMs: number) => ({ step, model: 'big', modelMs });

describe('how steps went', () => {
  it('is held by step, the later one in place of an earlier one', () => {
    const events = numbered([
      { type: 'step-finished', step: 0, trace: trace(0, 5) },
      { type: 'step-finished', step: 1, trace: { ...trace(0, 5), toolsMs: 7 } },
      { type: 'step-finished', step: 2 },
      { type: 'step-finished', step: 3, trace: trace(2, 9) },
    ]);
    expect(foldAll(events).trace).toEqual([{ ...trace(0, 5), toolsMs: 7 }, trace(2, 9)]);
  });

  it('is held whole by a snapshot, which may be followed by what it holds', () => {
    const held = [trace(0, 5), trace(2, 9)];
    const before = foldAll(numbered([{ type: 'step-finished', step: 0, trace: trace(0, 1) }]));
    const snapshot: GenerationEvent = { type: 'snapshot', n: 9, step: 2, attempt: 1, parts: [], trace: held };
    const after: GenerationEvent = { type: 'step-finished', n: 10, step: 2, trace: trace(2, 9) };
    expect(foldAll([snapshot, after], before).trace).toEqual(held);
  });
});
