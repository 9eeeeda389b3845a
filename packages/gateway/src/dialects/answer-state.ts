import type { DecoderOptions, FrameDecoder } from '../core/codec.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../core/model-event.ts';
import type { Writable } from '../core/writable.ts';
import { cutOff, unreadable } from './stream-faults.ts';

/** What one streamed answer has said so far, whatever its dialect. */
export interface AnswerState {
  /** `answer-start`, the first time. */
  start(id?: string | null, model?: string | null): ModelEvent[];
  /** The part that text or reasoning goes on with; a change of kind begins a new one, so that their order is kept. */
  partOf(kind: 'text' | 'reasoning'): number;
  /** A part of its own for a tool call, and which call of the answer it is, from 0. */
  nextCall(): { readonly part: number; readonly call: number };
  /** A part of its own for anything else. */
  nextPart(): number;
  /** The part that was begun or continued last. */
  readonly lastPart: number | undefined;
  /** The first failure stands. */
  fail(error: GatewayError): void;
  /** The first reason stands, unless it was a mere stop (some say so with every piece); a stop after tool calls means these. */
  finish(reason: ModelFinishReason): void;
  /** Figures replace earlier ones of their kind. */
  count(usage: Partial<ModelUsage>): void;
  /** A frame that could not be read. */
  skip(frame: { readonly isComplete: boolean }): void;
  readonly hasFinished: boolean;
  readonly malformed: number;
  end(fault?: GatewayError): ModelEvent[];
}

/** Begins an answer; its end is a success only after `finish`, else `fault` or a cut. */
export function createAnswerState({ target, recording }: DecoderOptions): AnswerState {
  let isStarted = false;
  let parts = 0;
  let calls = 0;
  let running: { readonly kind: 'text' | 'reasoning'; readonly part: number } | undefined;
  let reason: ModelFinishReason | undefined;
  let failure: GatewayError | undefined;
  let usage: ModelUsage | undefined;

  function nextPart(): number {
    running = undefined;
    const part = parts;
    parts += 1;
    state.lastPart = part;
    return part;
  }

  function start(id?: string | null, model?: string | null): ModelEvent[] {
    if (isStarted) return [];
    isStarted = true;
    const said = recording === undefined ? {} : { recording };
    return [{ type: 'answer-start', id: id ?? '', model: model || target.model, ...said }];
  }

  const state: Writable<AnswerState> = {
    lastPart: undefined,
    hasFinished: false,
    malformed: 0,
    start,
    nextPart,
    partOf(kind) {
      if (running?.kind !== kind) running = { kind, part: nextPart() };
      state.lastPart = running.part;
      return running.part;
    },
    nextCall: () => ({ part: nextPart(), call: calls++ }),
    fail(error) {
      failure ??= error;
      state.hasFinished = false;
    },
    finish(said) {
      if (reason === undefined || reason === 'stop') reason = said;
      state.hasFinished = failure === undefined;
    },
    count: (more) => void (usage = { input: 0, output: 0, ...usage, ...more }),
    skip: ({ isComplete }) => void (state.malformed += isComplete ? 1 : 0),
    end(fault) {
      const last: ModelEvent[] = usage ? [{ type: 'usage', usage }] : [];
      if (failure) return [...last, { type: 'failure', error: failure }];
      if (reason !== undefined) {
        const isCall = calls > 0 && reason === 'stop';
        return [...start(), ...last, { type: 'finish', reason: isCall ? 'tool-calls' : reason }];
      }
      const end = !isStarted && state.malformed > 0 ? unreadable(target) : cutOff(target);
      return [...last, { type: 'failure', error: fault ?? end }];
    },
  };
  return state;
}

/** The decoder of the answer that `answer` follows; what the state knows is the decoder's own. */
export function decoderOf(answer: AnswerState, reads: Pick<FrameDecoder, 'push' | 'pushWhole'>): FrameDecoder {
  return Object.assign(answer, reads);
}
