import type { AnswerOptions } from '../../core/face.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { toChatError } from '../openai-chat/error-shape.ts';
import { toResponsesUsage } from './usage-shape.ts';

const incompleteReasons: Partial<Record<ModelFinishReason, string>> = {
  length: 'max_output_tokens',
  'context-exceeded': 'max_output_tokens',
  'content-filter': 'content_filter',
};

export type ResponseState = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** How an answer ends for this dialect: a refusal without a word of it is an answer that was kept back. */
export function endOf(reason: ModelFinishReason, hasRefusal: boolean): ModelFinishReason {
  return reason === 'refusal' && !hasRefusal ? 'content-filter' : reason;
}

/** Whether an answer that ends so is whole. */
export function stateOf(reason: ModelFinishReason): 'completed' | 'incomplete' {
  return incompleteReasons[reason] === undefined ? 'completed' : 'incomplete';
}

export interface ResponseFields {
  readonly status: ResponseState;
  readonly output: readonly object[];
  readonly usage?: ModelUsage | undefined;
  readonly reason?: ModelFinishReason;
  readonly error?: GatewayError;
}

/** The id that an answer with these options carries. */
export function responseIdOf({ id }: Pick<AnswerOptions, 'id'>): string {
  return `resp_${id}`;
}

/** A response object. It always has an `output`; of the request it repeats nothing. */
export function toResponse({ id, model, created }: AnswerOptions, fields: ResponseFields) {
  const { status, output, usage, reason, error } = fields;
  const why = reason === undefined ? undefined : incompleteReasons[reason];
  return {
    id: responseIdOf({ id }),
    object: 'response',
    created_at: created,
    status,
    background: false,
    error: error === undefined ? null : failureOf(error),
    incomplete_details: why === undefined ? null : { reason: why },
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: usage === undefined ? null : toResponsesUsage(usage),
  };
}

function failureOf(error: GatewayError) {
  const { code, message } = toChatError(error).error;
  return { code, message };
}
