import type { ModelFinishReason } from '../../core/model-event.ts';
import { wordIn } from '../json-fields.ts';

const ours: Readonly<Record<string, ModelFinishReason>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-exceeded',
};

const theirs: Readonly<Record<ModelFinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-exceeded': 'model_context_window_exceeded',
};

/** A call is a call even where the vendor says `end_turn`; words nobody knows mean an ordinary end. */
export function fromStopReason(vendor: string | undefined, hasCalls: boolean): ModelFinishReason {
  const reason = vendor === undefined ? undefined : wordIn(ours, vendor);
  if (reason === undefined || reason === 'stop') return hasCalls ? 'tool-calls' : 'stop';
  return reason;
}

/** The vendor's word for `reason`. */
export function toStopReason(reason: ModelFinishReason): string {
  return theirs[reason];
}
