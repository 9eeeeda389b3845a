import type { DecoderOptions, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import type { ModelEvent, ModelFinishReason } from '../../core/model-event.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createAnswerState, decoderOf } from '../answer-state.ts';
import { countIn } from '../json-fields.ts';
import { lostCall, unreadable } from '../stream-faults.ts';
import { toResponsesStreamError } from './error-shape.ts';
import { createItemReader } from './item-reader.ts';
import { readPlainEvent, responseEventSchema, responseSchema } from './response-event.ts';
import type { ResponseEvent, ResponseState } from './response-event.ts';

interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: ModelEvent[];
}

const silentStates = new Set(['response.created', 'response.queued', 'response.in_progress']);
const lastStates = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/**
 * Turns the events of one Responses stream (https://platform.openai.com/docs/api-reference/responses-streaming) into
 * model events. Only `response.completed` and `response.incomplete` make it a success; without either its end is
 * `stream-cut`, or `stream-malformed` when nothing could be read at all.
 */
export function createResponsesDecoder(options: DecoderOptions): FrameDecoder {
  const { target } = options;
  const answer = createAnswerState(options);
  const items = createItemReader();
  let isDone = false;

  function fail(data: unknown): Reading {
    answer.fail(toResponsesStreamError(data, target));
    return { verdict: 'failure', events: [] };
  }

  function finish(state: ResponseState): ModelEvent[] {
    // Some servers stream nothing and tell all of it at the end.
    const events = items.isEmpty ? (state.output ?? []).flatMap((item, index) => items.readWhole(item, index)) : [];
    answer.finish(reasonOf(state));
    return [...answer.start(state.id, state.model), ...events];
  }

  function reasonOf({ status, incomplete_details: details }: ResponseState): ModelFinishReason {
    if (details?.reason === 'content_filter') return 'content-filter';
    if (details?.reason || status === 'incomplete') return 'length';
    if (items.calls > 0) return 'tool-calls';
    return items.hasRefusal ? 'refusal' : 'stop';
  }

  /** An end whose blank line never came is content: it needs one before it is anybody's last event. */
  function close(type: string, state: ResponseState, isComplete: boolean): Reading {
    countUsage(state);
    if (isFailed(type.replace('response.', ''), state)) return fail(state);
    isDone = true;
    return {
      verdict: isComplete ? 'done' : 'content',
      events: finish({ ...state, status: type.replace('response.', '') }),
    };
  }

  function countUsage({ usage, output }: ResponseState): void {
    if (!usage) return;
    // The one hosted tool that is charged by the call.
    const searches = output?.filter(({ type }) => type === 'web_search_call').length;
    const cached = countIn(usage.input_tokens_details?.cached_tokens);
    const written = countIn(usage.input_tokens_details?.cache_write_tokens);
    const reasoning = countIn(usage.output_tokens_details?.reasoning_tokens);
    answer.count({
      input: countIn(usage.input_tokens) ?? 0,
      output: countIn(usage.output_tokens) ?? 0,
      ...(cached ? { cachedInput: cached } : {}),
      ...(written ? { cacheWrite: written } : {}),
      ...(reasoning ? { reasoning } : {}),
      ...(searches ? { serverToolCalls: searches } : {}),
    });
  }

  function read(event: ResponseEvent, type: string, isComplete: boolean): Reading {
    const state = event.response;
    if (silentStates.has(type)) return { verdict: 'lifecycle', events: answer.start(state?.id, state?.model) };
    return lastStates.has(type) && state ? close(type, state, isComplete) : readItem(event, type);
  }

  function readItem(event: ResponseEvent, type: string): Reading {
    if (items.isLost(event)) {
      answer.fail(lostCall(target));
      return { verdict: 'failure', events: [] };
    }
    const events = items.read(event.type === type ? event : { ...event, type });
    return events.length === 0
      ? { verdict: items.isHosted(event) ? 'content' : 'lifecycle', events }
      : { verdict: 'content', events: [...answer.start(), ...events] };
  }

  return decoderOf(answer, {
    push({ data, name, isComplete }) {
      // Imitators end with the mark of chat completions; it says nothing here.
      if (isDone || data === undefined || data.trim() === '' || data.trim() === '[DONE]') {
        return { verdict: 'comment', events: [] };
      }
      const json = parseJson(data);
      const plain = name === 'error' ? undefined : readPlainEvent(json);
      if (plain) return readItem(plain, plain.type);
      const parsed = responseEventSchema.safeParse(json);
      const type = parsed.success ? (parsed.data.type ?? name) : undefined;
      if (name === 'error' || type === 'error' || (parsed.success && type === undefined && parsed.data.error)) {
        return fail(json ?? { message: data });
      }
      if (!parsed.success || type === undefined) {
        answer.skip({ isComplete });
        return { verdict: 'malformed', events: [] };
      }
      return read(parsed.data, type, isComplete);
    },
    pushWhole(body) {
      const json = parseJson(body);
      const parsed = responseSchema.safeParse(json);
      const state = parsed.success ? parsed.data : undefined;
      if (!state || (!state.output && !state.error)) throw unreadable(target);
      if (isFailed(state.status ?? '', state)) throw toResponsesStreamError(json, target);
      countUsage(state);
      return { verdict: 'content', events: finish(state) };
    },
  });
}

function isFailed(status: string, { error }: ResponseState): boolean {
  return status === 'failed' || status === 'cancelled' || Boolean(error);
}
