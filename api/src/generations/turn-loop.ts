import type { GenerationId, Message, MessagePart, ToolCallPart } from '@parley/contracts';
import type { ProviderStrategy, Target } from '@parley/gateway';
import { buildContext } from './build-context.ts';
import { toErrorPart } from './error-part.ts';
import { runModelStep } from './run-model-step.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';
import { untilAborted } from './until-aborted.ts';

/** How often a model is called in one turn. */
export const maxModelCalls = 8;

export interface Turn {
  readonly generationId: GenerationId;
  readonly model: string;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Message[];
  /** What the finished steps of this turn have written; empty unless the turn is continued. */
  readonly answer: readonly MessagePart[];
  /** The step to begin with, from 0. Even steps call the model, odd ones answer its tool calls. */
  readonly step: number;
  /** The events that begin `step` have been told already. */
  readonly isBegun: boolean;
}

export interface TurnPorts {
  readonly strategy: ProviderStrategy;
  readonly target: Target;
  /** Ends the turn early, as `stopped`, with what there is. */
  readonly stop: AbortSignal;
  /** Leaves the turn as it is, to be continued later; its reason is thrown. */
  readonly halt: AbortSignal;
}

/**
 * Writes one answer: calls the model, answers its tool calls, and again until it has nothing more to call. Yields what
 * happens, returns how it ended; the last step's end is part of that and not yielded. A provider's failure is an
 * outcome. Throws only the reason of `halt` and what is a fault of ours.
 */
export async function* runTurn(turn: Turn, ports: TurnPorts): AsyncGenerator<TurnEvent, TurnOutcome> {
  let { answer } = turn;
  for (let step = turn.step; step < 2 * maxModelCalls; step += 1) {
    ports.halt.throwIfAborted();
    if (ports.stop.aborted) return stopped;
    if (step > turn.step || !turn.isBegun) yield { type: 'step-started', step };
    if (answer.some(isUnanswered)) {
      answer = yield* answerCalls(answer, step);
    } else {
      const end = yield* callModel({ ...turn, answer, step }, ports);
      if ('status' in end) return end;
      answer = end.answer;
    }
    yield { type: 'step-finished', step };
  }
  return { status: 'done', finishReason: 'tool-calls' };
}

const stopped: TurnOutcome = { status: 'stopped', finishReason: 'stopped' };

/** One model call: the answer with what it added when there is more to do, else how the turn ends. */
async function* callModel(
  { generationId, model, history, answer, step }: Turn,
  { strategy, target, stop, halt }: TurnPorts,
): AsyncGenerator<TurnEvent, TurnOutcome | { answer: readonly MessagePart[] }> {
  const signal = AbortSignal.any([stop, halt]);
  const request = buildContext({ model, history, answer, idempotencyKey: `${generationId}:${step}` });
  try {
    const events = untilAborted(strategy.stream(request, target, signal), signal);
    const { added, end } = yield* runModelStep({ step, events, before: answer });
    if ('reason' in end) {
      if (!added.some(isUnanswered)) return { status: 'done', finishReason: end.reason };
      return { answer: [...answer, ...added] };
    }
    if (!signal.aborted) return { status: 'failed', finishReason: 'error', error: toErrorPart(end.error) };
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  halt.throwIfAborted();
  return stopped;
}

/** One round of tool calls. No tools are installed, so the model is told so and can answer without. */
function* answerCalls(answer: readonly MessagePart[], step: number): Generator<TurnEvent, readonly MessagePart[]> {
  const answered: MessagePart[] = [];
  for (const part of answer) {
    if (isUnanswered(part)) {
      const output = `This install has no tool named “${part.name}”.`;
      yield { type: 'tool-result', step, callId: part.callId, output, failed: true };
      answered.push({ ...part, output, state: 'failed' });
    } else {
      answered.push(part);
    }
  }
  return answered;
}

function isUnanswered(part: MessagePart): part is ToolCallPart {
  return part.type === 'tool-call' && part.state === 'called';
}
