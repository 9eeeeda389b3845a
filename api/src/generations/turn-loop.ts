import type { ErrorPart, FinishReason, MessagePart, SteerPart, StepTrace } from '@parley/contracts';
import type { ModelFinishReason } from '@parley/gateway';
import { createAnswerRoom } from './answer-room.ts';
import type { AnswerRoom } from './answer-room.ts';
import { answerCalls } from './calls/answer-calls.ts';
import { isToolStep, isUnanswered } from './calls/call-parts.ts';
import { callModel } from './call-model.ts';
import { errorPart, toErrorPart } from './error-part.ts';
import { callIdPrefix, keyOf } from './model-step-key.ts';
import { createStepTraces } from './step-traces.ts';
import type { StepTraces } from './step-traces.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';
import type { BegunStep, Turn, TurnEnd, TurnPorts } from './turn-ports.ts';
import type { TurnSetup } from './turn-setup.ts';

/** Where a turn stands. */
interface Position {
  readonly answer: readonly MessagePart[];
  readonly step: number;
  readonly begun: BegunStep | undefined;
  readonly setup: TurnSetup;
}

/** What ends a turn in the middle of a step. */
interface Signals {
  /** The time that may be worked on it is up. */
  readonly timeUp: AbortSignal;
  /** Ended by its user, or by its time. */
  readonly ended: AbortSignal;
  /** Any of them, and `halt`. */
  readonly any: AbortSignal;
}

interface Ports extends TurnPorts {
  readonly room: AnswerRoom;
  /** Absent in what sub-agents do. */
  readonly traces: StepTraces | undefined;
}

interface StepEnd {
  readonly answer: readonly MessagePart[];
  /** Absent when the turn goes on. */
  readonly outcome?: TurnOutcome | 'waiting';
  /** Of the agent that goes on, if it is another one. */
  readonly setup?: TurnSetup;
}

/**
 * Writes one answer, or does a sub-agent's task: calls the model, answers its tool calls, and again until it has nothing
 * more to call and the user nothing more to say. Yields what happens, returns how it was left; the last step's end is
 * part of that and not yielded. A provider's failure and a limit that was reached are outcomes. Throws only the reason
 * of `halt` and what is a fault of ours.
 */
export async function* runTurn(turn: Turn, given: TurnPorts): AsyncGenerator<TurnEvent, TurnEnd> {
  const traces = turn.within.length === 0 ? createStepTraces(given.watch, turn.trace) : undefined;
  const ports = { ...given, room: given.room ?? createAnswerRoom(turn.answer), traces };
  const { halt, stop } = ports;
  let { answer, begun, setup } = turn;
  let signals = signalsOf(setup, ports);
  for (let { step } = turn; ; step += 1) {
    halt.throwIfAborted();
    if (stop.aborted) return { answer, outcome: stopped };
    const isRound = isToolStep(answer, step);
    const limit = isRound ? undefined : limitReached({ answer, step, setup, begun }, turn, ports);
    if (limit !== undefined) return { answer, outcome: failed(limit) };
    if (begun === undefined) yield { type: 'step-started', step };
    if (step === turn.step && turn.within.length === 0) yield* tellNotices(setup, step);
    let end: StepEnd;
    try {
      const position = { answer, step, begun, setup };
      end = isRound
        ? yield* roundStep(position, turn, ports, signals)
        : yield* modelStep(position, turn, ports, signals);
    } catch (error) {
      if (!signals.any.aborted) throw error;
      halt.throwIfAborted();
      const outcome = stop.aborted ? stopped : failed(timeIsUp(setup));
      return { answer, outcome: { ...outcome, ...traceIn(traces, step) } };
    }
    ({ answer } = end);
    const { outcome } = end;
    if (outcome === 'waiting') return { answer, outcome };
    if (outcome !== undefined) return { answer, outcome: { ...outcome, ...traceIn(traces, step) } };
    yield { type: 'step-finished', step, ...traceIn(traces, isRound ? step - 1 : step) };
    begun = undefined;
    if (end.setup === undefined) continue;
    ({ setup } = end);
    signals = signalsOf(setup, ports);
  }
}

function traceIn(traces: StepTraces | undefined, step: number): { trace?: StepTrace } {
  const trace = traces?.of(step);
  return trace === undefined ? {} : { trace };
}

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

function failed(error: ErrorPart): TurnOutcome {
  return { status: 'failed', finishReason: 'error', error };
}

function signalsOf({ limits: { seconds } }: TurnSetup, { watch, stop, halt }: TurnPorts): Signals {
  const timeUp = seconds === null ? new AbortController().signal : watch.alarm(seconds * 1_000);
  const ended = AbortSignal.any([stop, timeUp]);
  return { timeUp, ended, any: AbortSignal.any([ended, halt]) };
}

/** Told again by whoever continues the turn, which changes nothing. */
function* tellNotices({ toolbox }: TurnSetup, step: number): Generator<TurnEvent> {
  for (const text of toolbox.notices) yield { type: 'notice', step, text };
}

/** What forbids another model call; one that was begun may go on. */
function limitReached(
  { answer, step, setup, begun }: Position,
  { firstStep = 0 }: Turn,
  ports: Ports,
): ErrorPart | undefined {
  const { limits } = setup;
  if (begun !== undefined) return undefined;
  if (isSpent(setup, ports)) return errorPart('cost-limit', 'No more may be spent on this answer.');
  if (ports.room.isFull()) return errorPart('step-limit', 'An answer cannot hold more than this one does.');
  if (countModelCalls(answer, step, firstStep) >= limits.steps) {
    return errorPart('step-limit', `An answer may take ${limits.steps} steps.`);
  }
  return undefined;
}

function isSpent({ limits: { costMicroUsd } }: TurnSetup, { spending, isOuterSpent }: TurnPorts): boolean {
  return (costMicroUsd !== null && spending.total() >= costMicroUsd) || isOuterSpent();
}

function timeIsUp({ limits: { seconds } }: TurnSetup): ErrorPart {
  return errorPart('time-limit', seconds === null ? undefined : `An answer may take ${seconds} seconds.`);
}

async function* roundStep(
  { answer, step, setup }: Position,
  { generationId, within, ancestors }: Turn,
  ports: Ports,
  { any, ended }: Signals,
): AsyncGenerator<TurnEvent, StepEnd> {
  const asking = setup.agent === undefined || ancestors.includes(setup.agent.id) ? [] : [setup.agent.id];
  const round = { generationId, answer, step, setup, within, ancestors: [...ancestors, ...asking] };
  const spent = (): boolean => isSpent(setup, ports);
  const inner = { ...ports, stop: ended, signal: any, isSpent: spent, runTurn };
  const endOfTools = ports.traces?.tools(step - 1);
  const { isWaiting, ...end } = yield* answerCalls(round, inner);
  endOfTools?.();
  return isWaiting ? { ...end, outcome: 'waiting' } : end;
}

async function* modelStep(
  position: Position,
  turn: Turn,
  ports: Ports,
  signals: Signals,
): AsyncGenerator<TurnEvent, StepEnd> {
  const { step, begun, setup } = position;
  // A step that was begun must be asked for as it was: what came since waits for the next one.
  const answer = begun === undefined ? yield* takeSteers(position.answer, step, ports) : position.answer;
  const end = yield* askModel({ ...position, answer }, turn, ports, signals);
  if (end.outcome === undefined || end.outcome === 'waiting' || end.outcome.status !== 'done') return end;
  await ports.beforeEnd();
  const next = { answer: end.answer, step: step + 1, setup, begun: undefined };
  const mayGoOn = limitReached(next, turn, ports) === undefined;
  const isSteered = mayGoOn && !ports.stop.aborted && ports.steersAfter(end.answer).length > 0;
  return isSteered ? { answer: end.answer } : end;
}

async function* askModel(
  { begun, answer, step, setup }: Position,
  turn: Turn,
  ports: Ports,
  { any, ended }: Signals,
): AsyncGenerator<TurnEvent, StepEnd> {
  const { halt, spending, room } = ports;
  const held = answer.filter((part) => isWrittenIn(part, step));
  const before = answer.filter((part) => !isWrittenIn(part, step));
  let recordedUnder: string | undefined;
  let isGivenUp = false;
  const onRecording = (key: string): void => void (recordedUnder = key);
  const call = {
    key: keyOf(turn),
    callIdPrefix: callIdPrefix(turn),
    history: turn.history,
    firstStep: turn.firstStep,
    guidance: turn.guidance,
    setup,
    before,
    step,
    held,
    attempt: begun?.attempt ?? 1,
    isUsageHeld: begun?.isUsageHeld ?? false,
  };
  const calling = callModel(call, { ...ports, signal: any, onRecording });
  try {
    for (;;) {
      const next = await calling.next();
      if (next.done !== true) {
        if ('text' in next.value) room.add(next.value.text.length);
        if (next.value.type === 'usage') spending.add(setup.costOf(next.value.usage) ?? 0);
        yield next.value;
        continue;
      }
      const { added, end, isCutShort } = next.value;
      if (isCutShort) isGivenUp = true;
      const after = [...before, ...added];
      if ('error' in end) {
        any.throwIfAborted();
        return { answer: after, outcome: failed(toErrorPart(end.error)) };
      }
      if (added.some(isUnanswered)) return { answer: after };
      return { answer: after, outcome: { status: 'done', finishReason: finishReasonOf(end.reason) } };
    }
  } finally {
    const isOver = isGivenUp || (ended.aborted && !halt.aborted);
    if (isOver && recordedUnder !== undefined) ports.hangUp(setup.model, recordedUnder);
  }
}

/** An answer knows fewer ends than models do: what cut it short is a limit, what the model chose is its own end. */
function finishReasonOf(reason: ModelFinishReason): FinishReason {
  switch (reason) {
    case 'context-exceeded':
      return 'length';
    case 'refusal':
      return 'content-filter';
    case 'stop-sequence':
    case 'pause':
      return 'stop';
    default:
      return reason;
  }
}

/** Whether the model wrote a part in a step; what the user added before that is no such part. */
function isWrittenIn(part: MessagePart, step: number): boolean {
  return 'step' in part && part.type !== 'steer' && part.step === step;
}

/** Takes in what the user has added, as parts before those that the step will write. */
async function* takeSteers(
  answer: readonly MessagePart[],
  step: number,
  { steersAfter, written }: TurnPorts,
): AsyncGenerator<TurnEvent, readonly MessagePart[]> {
  const steers = steersAfter(answer).map(({ commandId, text }): SteerPart => ({
    type: 'steer',
    step,
    commandId,
    text,
  }));
  if (steers.length === 0) return answer;
  for (const [index, { type: _type, ...steer }] of steers.entries()) {
    yield { type: 'steer-received', part: answer.length + index, ...steer };
  }
  // Whoever continues the step must ask for the same.
  await written();
  return [...answer, ...steers];
}

/** How often the model was called before a step, since this answer began or the conversation was passed on in it. */
function countModelCalls(answer: readonly MessagePart[], step: number, firstStep: number): number {
  const passed = answer.findLast((part) => part.type === 'hand-off');
  const first = Math.max(firstStep, passed === undefined ? 0 : passed.step + 1);
  const steps = Array.from({ length: Math.max(0, step - first) }, (_, index) => first + index);
  return steps.filter((its) => !isToolStep(answer, its)).length;
}
