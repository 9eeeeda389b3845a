import type { DecoderOptions, Frame, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import type { Writable } from '../../core/writable.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { codeOfVendorError, readVendorError, secretsOf } from '../../transport/vendor-error.ts';
import { fieldsIn, isFields, textIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { createPartNumbers } from './part-numbers.ts';
import { createPlainChunks } from './plain-chunks.ts';
import { createMessageReader } from './read-message.ts';
import { mergeUsage } from './read-usage.ts';

interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: readonly ModelEvent[];
}

const nothing = Buffer.alloc(0);
const comment: Reading = { verdict: 'comment', events: [] };
const failed: Reading = { verdict: 'failure', events: [] };
const done: Reading = { verdict: 'done', events: [] };
const unreadable: Reading = { verdict: 'malformed', events: [] };

/**
 * Turns the events of one chat completion stream into model events. Only the first choice is read. The stream is a
 * success when a finish reason or `[DONE]` came; otherwise its end is `stream-cut`, or `stream-malformed`
 * when nothing could be read at all. Fields are looked at by hand: a schema for each chunk would cost more than the rest.
 */
export function createChatDecoder({ target, recording }: DecoderOptions): FrameDecoder {
  const { provider } = target;
  let isStarted = false;
  let failure: GatewayError | undefined;
  let finishReason: string | undefined;
  let usage: ModelUsage | undefined;
  let readable = 0;
  let isDone = false;
  const plain = createPlainChunks();
  const parts = createPartNumbers();
  const message = createMessageReader(parts);
  const choices = createChoiceCount();

  function fail(data: unknown): Reading {
    const vendor = readVendorError(data, secretsOf(target)) ?? {};
    decoder.hasFinished = false;
    failure ??= new GatewayError(codeOfVendorError(vendor) ?? 'upstream-error', {
      message: vendor.message ?? `${provider} reported an error in the middle of the answer.`,
      vendorCode: vendor.code,
      param: vendor.param,
    });
    return failed;
  }

  function start(chunk: Fields): ModelEvent[] {
    if (isStarted) return [];
    isStarted = true;
    const { id, model } = chunk;
    const named = { id: textIn(id) ?? '', model: textIn(model) ?? target.model };
    return [{ type: 'answer-start', ...named, ...(recording === undefined ? {} : { recording }) }];
  }

  function readUsage(chunk: Fields): boolean {
    // Groq has had it in a place of its own.
    const said = chunk['usage'] ?? (isFields(chunk['x_groq']) ? chunk['x_groq']['usage'] : undefined);
    if (!isFields(said)) return false;
    usage = mergeUsage(usage, said);
    return true;
  }

  const hasFinished = (): boolean => finishReason !== undefined && failure === undefined && choices.areOver();

  function read(chunk: Fields): Reading {
    const events = start(chunk);
    const hasUsage = readUsage(chunk);
    let first: Fields | undefined;
    for (const choice of fieldsIn(chunk['choices'])) {
      const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
      choices.note(index, Boolean(choice['finish_reason']));
      if (index === 0) first ??= choice;
    }
    decoder.hasFinished = hasFinished();
    if (!first) return { verdict: hasUsage ? 'usage' : 'lifecycle', events };
    const before = events.length;
    const said = isFields(first['delta']) ? first['delta'] : first['message'];
    if (isFields(said)) message.read(said, events);
    const reason = textIn(first['finish_reason']);
    finishReason ??= reason;
    decoder.hasFinished = hasFinished();
    return { verdict: events.length > before || reason !== undefined ? 'content' : 'lifecycle', events };
  }

  function readObject(data: string, { raw, name, isComplete }: Pick<Frame, 'raw' | 'name' | 'isComplete'>): Reading {
    const json = parseJson(data);
    if (name === 'error') return fail(json ?? { message: data });
    if (!isFields(json)) {
      if (isComplete) decoder.malformed += 1;
      return unreadable;
    }
    // vLLM marks errors by the kind of the object.
    if (json['error'] || json['object'] === 'error') return fail(json);
    readable += 1;
    plain.learn(data, json, raw);
    return read(json);
  }

  const decoder: Writable<FrameDecoder> = {
    hasFinished: false,
    malformed: 0,
    skim: (bytes, from) => (isStarted && !isDone && finishReason === undefined ? plain.skim(bytes, from) : from),
    push(frame) {
      const { data, name } = frame;
      if (data === undefined || isDone) return comment;
      const text = isStarted && name !== 'error' ? plain.textOf(data) : undefined;
      if (text !== undefined) {
        return { verdict: 'content', events: [{ type: 'text-delta', part: parts.of('text'), text }] };
      }
      const trimmed = data.trim();
      if (trimmed === '') return comment;
      if (trimmed !== '[DONE]') return readObject(data, frame);
      isDone = true;
      return done;
    },
    pushWhole: (body) => readObject(body, { raw: nothing, name: undefined, isComplete: true }),
    end(fault) {
      const last: ModelEvent[] = usage ? [{ type: 'usage', usage }] : [];
      const error = failure ?? failureOf(finishReason, provider);
      if (error) return [...last, { type: 'failure', error }];
      // Some servers never give a reason; their end marker says as much.
      if (isDone && readable > 0) finishReason ??= 'stop';
      if (finishReason !== undefined && (isDone || choices.areOver())) {
        return [...last, { type: 'finish', reason: toFinishReason(finishReason, parts.calls > 0, message.isRefusal) }];
      }
      return [...last, { type: 'failure', error: fault ?? cut(provider, readable === 0 && decoder.malformed > 0) }];
    },
  };
  return decoder;
}

/** Follows all choices of an answer, so that one that is over does not pass for all of them. */
function createChoiceCount() {
  const known = new Map<number, 'running' | 'over'>();
  let running = 0;
  return {
    note(index: number, isOver: boolean): void {
      const before = known.get(index);
      if (before === 'over' || (before === 'running' && !isOver)) return;
      known.set(index, isOver ? 'over' : 'running');
      if (before === 'running') running -= 1;
      else if (!isOver) running += 1;
    },
    areOver: (): boolean => running === 0,
  };
}

/** Reasons that are errors: OpenRouter's, and DeepSeek's for having no machines left. */
function failureOf(reason: string | undefined, provider: string): GatewayError | undefined {
  if (reason === 'error') {
    return new GatewayError('upstream-error', { message: `${provider} ended the answer with an error.` });
  }
  if (reason !== 'insufficient_system_resource') return undefined;
  return new GatewayError('overloaded', { message: `${provider} ended the answer for want of resources.` });
}

function cut(provider: string, isUnreadable: boolean): GatewayError {
  return isUnreadable
    ? new GatewayError('stream-malformed', { message: `${provider} sent an answer that could not be read.` })
    : new GatewayError('stream-cut', { message: `${provider} ended the answer before it was complete.` });
}

/** Text plus a call is a call, whatever the vendor says; words nobody knows mean an ordinary end. */
function toFinishReason(vendor: string, hasCalls: boolean, isRefusal: boolean): ModelFinishReason {
  if (vendor === 'length' || vendor === 'max_tokens' || vendor === 'model_length') return 'length';
  if (vendor === 'content_filter') return 'content-filter';
  if (hasCalls) return 'tool-calls';
  return isRefusal ? 'refusal' : 'stop';
}
