import type { FinishReason, GenerationId, Message, MessagePart, SteerPart } from '@parley/contracts';
import type { ModelFinishReason, ProviderStrategy, Target } from '@parley/gateway';
import { answerCalls, isUnanswered } from './answer-calls.ts';
import { callModel } from './call-model.ts';
import type { Steer } from './command-inbox.ts';
import { toErrorPart } from './error-part.ts';
import type { Tools } from './tool.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';

/** How often a model is called in one turn. */
export const maxModelCalls = 8;

export interface Turn {
  readonly generationId: GenerationId;
  readonly model: string;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Message[];
  /** What this turn has written so far; empty unless it is continued. */
  readonly answer: readonly MessagePart[];
  /** The step to begin with, from 0: a model call, or the round of tool calls that the step before has asked for. */
  readonly step: number;
  /** How an earlier producer left `step`, if it was begun. */
  readonly begun: BegunStep | undefined;
}

/** A step whose beginning, and perhaps more of it, has been told. */
export interface BegunStep {
  /** How often it was begun. */
  readonly attempt: number;
  /** Its tokens have been told. */
  readonly isUsageHeld: boolean;
}

export interface TurnPorts {
  readonly strategy: ProviderStrategy;
  readonly target: Target;
  readonly tools: Tools;
  /** Ends the turn early, as `stopped`, with what there is. */
  readonly stop: AbortSignal;
  /** Leaves the turn as it is, to be continued later; its reason is thrown. */
  readonly halt: AbortSignal;
  /** What the user has added and an answer does not hold, in order. */
  readonly steersAfter: (answer: readonly MessagePart[]) => readonly Steer[];
  /** Resolves when everything yielded so far is in the log. */
  readonly written: () => Promise<void>;
  /** Awaited when the model has nothing to add; what the user adds meanwhile is still taken in. */
  readonly beforeEnd: () => Promise<void>;
  /** A call was given up, by the user or for its length, that its provider records and goes on with. */
  readonly hangUp: (idempotencyKey: string) => void;
  /** A model call that was left in the middle has gone further than that, and nothing of it was asked for twice. */
  readonly onAhead: () => void;
  /** Waits before a model call is made again, after so many failures in a row. */
  readonly pause: (failures: number) => Promise<void>;
}

/**
 * Writes one answer: calls the model, answers its tool calls, and again until it has nothing more to call and the user
 * nothing more to say. Yields what happens, returns how it ended; the last step's end is part of that and not yielded.
 * A provider's failure is an outcome. Throws only the reason of `halt` and what is a fault of ours.
 */
export async function* runTurn(turn: Turn, ports: TurnPorts): AsyncGenerator<TurnEvent, TurnOutcome> {
  const { halt, stop } = ports;
  const signal = AbortSignal.any([stop, halt]);
  let { answer, begun } = turn;
  let calls = countModelCalls(answer, turn.step);
  for (let { step } = turn; ; step += 1) {
    halt.throwIfAborted();
    if (stop.aborted) return stopped;
    const answersCalls = isToolStep(answer, step);
    if (!answersCalls && calls === maxModelCalls) return { status: 'done', finishReason: 'tool-calls' };
    if (begun === undefined) yield { type: 'step-started', step };
    try {
      if (answersCalls) {
        const round = { answer, step, isContinued: begun !== undefined };
        answer = yield* answerCalls(round, { tools: ports.tools, signal, written: ports.written });
      } else {
        calls += 1;
        // A step that was begun must be asked for as it was: what came since waits for the next one.
        if (begun === undefined) answer = yield* takeSteers(answer, step, ports);
        const result = yield* modelStep({ ...turn, answer, step, begun }, ports, signal);
        if ('outcome' in result) {
          if (result.outcome.status !== 'done') return result.outcome;
          await ports.beforeEnd();
          const isSteered = calls < maxModelCalls && ports.steersAfter(result.answer).length > 0;
          if (!isSteered || stop.aborted) return result.outcome;
        }
        answer = result.answer;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      halt.throwIfAborted();
      return stopped;
    }
    yield { type: 'step-finished', step };
    begun = undefined;
  }
}

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

interface ModelStepResult {
  readonly answer: readonly MessagePart[];
  /** Absent when the model has called tools. */
  readonly outcome?: TurnOutcome;
}

async function* modelStep(
  { begun, answer, ...turn }: Turn,
  { strategy, target, stop, onAhead, hangUp, pause }: TurnPorts,
  signal: AbortSignal,
): AsyncGenerator<TurnEvent, ModelStepResult> {
  const held = answer.filter((part) => isWrittenIn(part, turn.step));
  const before = answer.filter((part) => !isWrittenIn(part, turn.step));
  let recordedUnder: string | undefined;
  let isGivenUp = false;
  const onRecording = (key: string): void => void (recordedUnder = key);
  try {
    const { added, end, isCutShort } = yield* callModel(
      { ...turn, before, held, attempt: begun?.attempt ?? 1, isUsageHeld: begun?.isUsageHeld ?? false },
      { strategy, target, signal, pause, onAhead, onRecording },
    );
    if (isCutShort) isGivenUp = true;
    const after = [...before, ...added];
    if ('error' in end) {
      signal.throwIfAborted();
      return { answer: after, outcome: { status: 'failed', finishReason: 'error', error: toErrorPart(end.error) } };
    }
    if (added.some(isUnanswered)) return { answer: after };
    return { answer: after, outcome: { status: 'done', finishReason: finishReasonOf(end.reason) } };
  } finally {
    if ((stop.aborted || isGivenUp) && recordedUnder !== undefined) hangUp(recordedUnder);
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
  return part.type !== 'error' && part.type !== 'steer' && part.step === step;
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

/** Whether a step answers calls that the model made in the one before. */
function isToolStep(answer: readonly MessagePart[], step: number): boolean {
  return answer.some((part) => part.type === 'tool-call' && part.step === step - 1 && part.state !== 'writing-input');
}

function countModelCalls(answer: readonly MessagePart[], steps: number): number {
  return Array.from({ length: steps }, (_, step) => isToolStep(answer, step)).filter((isTools) => !isTools).length;
}
