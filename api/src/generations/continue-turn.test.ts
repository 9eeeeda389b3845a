import * as fc from 'fast-check';
import { foldMessage } from '@parley/contracts';
import type { GenerationEvent, NewEvent, ProducerEvent, RunningMessage } from '@parley/contracts';
import type { ModelEvent, ModelRequest, ProviderStrategy } from '@parley/gateway';
import type { StreamLog } from '@parley/stream-log';
import { describe, expect, it } from 'vitest';
import { emptyRunningAnswer } from './__fixtures__/messages.ts';
import { playTurn } from './__fixtures__/play-turn.ts';
import type { Watched } from './__fixtures__/play-turn.ts';
import { addMerging } from './merge-deltas.ts';
import { restoreAnswer } from './restore-answer.ts';
import { isUsageKnown } from './step-marks.ts';
import type { TurnEvent } from './turn-event.ts';
import type { Turn } from './turn-ports.ts';

type Script = readonly (readonly ModelEvent[])[];
type Recording = 'new' | 'replayed' | undefined;

/** A model that says what the script has for the step of its key. */
function playing(script: Script, recording: Recording): ProviderStrategy {
  return {
    dialect: 'openai-chat',
    async *stream({ idempotencyKey = '' }: ModelRequest) {
      const step = Number(idempotencyKey.split(':')[1]);
      const said = recording === undefined ? {} : { recording };
      yield { type: 'answer-start', id: 'x', model: 'm', ...said };
      // Model calls are the even steps: nobody steers here.
      yield* script[step / 2] ?? [{ type: 'finish', reason: 'stop' }];
    },
  };
}

interface Played extends Watched {
  readonly isAhead: boolean;
}

async function play(strategy: ProviderStrategy, turn: Pick<Turn, 'answer' | 'step' | 'begun'>): Promise<Played> {
  let isAhead = false;
  const watched = await playTurn({ ...turn, strategy, onAhead: () => void (isAhead = true) });
  return { ...watched, isAhead };
}

/** What the log holds after some appends; `together` says how many events each of them had. */
function logOf(events: readonly TurnEvent[], together: readonly number[]): ProducerEvent[] {
  const appended: NewEvent[] = [];
  const rest = [...events];
  for (const count of together) {
    const waiting: NewEvent[] = [];
    for (const event of rest.splice(0, count)) addMerging(waiting, event);
    appended.push(...waiting);
  }
  return appended.map((event, n) => ({ ...event, n }));
}

async function restore(entries: readonly GenerationEvent[]) {
  const read = () => Promise.resolve({ entries, next: '1', upToDate: true, closed: false });
  const log = { read } as unknown as StreamLog<GenerationEvent>;
  const empty = emptyRunningAnswer();
  return await restoreAnswer({ log, logId: 'x', empty, saved: empty });
}

function foldOn(start: RunningMessage, events: readonly TurnEvent[]): RunningMessage {
  return events.reduce((held: RunningMessage, event) => {
    return foldMessage(held, { ...event, n: held.progress.events });
  }, start);
}

/** A process begins and dies after some appends; the next one goes on with what the log holds. */
async function interrupt(script: Script, together: readonly number[], again: ProviderStrategy) {
  const fresh = { answer: [], step: 0, begun: undefined };
  const whole = await play(playing(script, 'new'), fresh);
  const restored = await restore(logOf(whole.events, together));
  const { step, isInterrupted, marks } = restored;
  const { parts, progress } = restored.message;
  const begun = isInterrupted ? { attempt: progress.attempt, isUsageHeld: isUsageKnown(marks) } : undefined;
  const rest = await play(again, { answer: parts, step, begun });
  return {
    whole: foldOn(emptyRunningAnswer(), whole.events),
    outcome: whole.outcome,
    restored,
    rest,
    message: foldOn(restored.message, rest.events),
  };
}

const unit = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 });
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('text-delta' as const), part: fc.nat(2), text: unit }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reasoning-delta' as const), part: fc.nat(2), text: unit }) },
  fc.record({
    type: fc.constant('tool-input-delta' as const),
    part: fc.integer({ min: 3, max: 4 }),
    callId: fc.constantFrom('a', 'b'),
    name: fc.constant('get_weather'),
    text: fc.string({ maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('source' as const),
    part: fc.constant(9),
    id: fc.constantFrom('s', 't'),
    title: fc.constant('Guide'),
    url: fc.constant('/docs'),
  }),
);
const usage = fc.record({ input: fc.nat(9), output: fc.nat(9) });
const modelCall = fc
  .record({ pieces: fc.array(piece, { maxLength: 12 }), usage: fc.option(usage, { nil: undefined }) })
  .map(({ pieces, usage: tokens }): readonly ModelEvent[] => [
    ...pieces,
    { type: 'finish', reason: 'stop' },
    ...(tokens === undefined ? [] : [{ type: 'usage', usage: tokens } as const]),
  ]);
const script = fc.array(modelCall, { minLength: 1, maxLength: 3 });
const appends = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 });

/** The same words in other pieces, as another connection may bring them. */
function inOtherPieces(calls: Script, sizes: readonly number[]): Script {
  return calls.map((call) =>
    call.flatMap((event, index): readonly ModelEvent[] => {
      const size = sizes[index % Math.max(1, sizes.length)] ?? 0;
      if (!('text' in event) || size === 0 || event.text.length <= size) return [event];
      return [
        { ...event, text: event.text.slice(0, size) },
        { ...event, text: event.text.slice(size) },
      ];
    }),
  );
}

describe('a turn whose producer died', () => {
  it('leads to the same answer, at no further cost, when its provider has recorded the call', async () => {
    await fc.assert(
      fc.asyncProperty(script, appends, fc.array(fc.nat(3)), async (calls, together, sizes) => {
        const again = playing(inOtherPieces(calls, sizes), 'replayed');
        const { whole, message: got, rest, outcome } = await interrupt(calls, together, again);
        expect(got.parts).toEqual(whole.parts);
        expect(got.usage).toEqual(whole.usage);
        expect(rest.outcome).toEqual(outcome);
        expect(rest.events.map(({ type }) => type)).not.toContain('step-restarted');
      }),
    );
  });

  it('leads to the same answer, its step begun anew, when the provider knows nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(script, appends, async (calls, together) => {
        const { whole, message: got, rest, restored } = await interrupt(calls, together, playing(calls, undefined));
        expect(got.parts).toEqual(whole.parts);
        const isModelStep = restored.isInterrupted && restored.step % 2 === 0;
        const { step, marks, message: held } = restored;
        const isHeld = isUsageKnown(marks) || held.parts.some((part) => 'step' in part && part.step === step);
        expect(rest.events[0]?.type === 'step-restarted').toBe(isHeld && isModelStep);
        expect(rest.isAhead).toBe(false);
      }),
    );
  });

  it('tells what is said now when that is not what was said then', async () => {
    await fc.assert(
      fc.asyncProperty(modelCall, modelCall, appends, async (first, second, together) => {
        const { message: got, restored } = await interrupt([first], together, playing([second], 'replayed'));
        if (restored.step > 0) return;
        const alone = await play(playing([second], 'new'), { answer: [], step: 0, begun: undefined });
        expect(got.parts).toEqual(foldOn(emptyRunningAnswer(), alone.events).parts);
      }),
    );
  });

  it('is known to go on as soon as it says something new', async () => {
    const calls: Script = [
      [
        { type: 'text-delta', part: 0, text: 'Half' },
        { type: 'text-delta', part: 0, text: ' and half' },
        { type: 'finish', reason: 'stop' },
      ],
    ];
    const { rest } = await interrupt(calls, [2], playing(calls, 'replayed'));
    expect(rest).toMatchObject({
      isAhead: true,
      events: [{ type: 'text-delta', start: 4, text: ' and half' }],
    });
    expect((await interrupt(calls, [3], playing(calls, 'replayed'))).rest).toMatchObject({
      isAhead: false,
      events: [],
    });
  });
});
