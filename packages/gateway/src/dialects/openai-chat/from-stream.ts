import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { chatChunkSchema } from './chat-chunk.ts';
import type { ChatChunk, ChatMessage, ChatUsage } from './chat-chunk.ts';
import { codeOfVendorError, readVendorError } from './error-shape.ts';
import { createPartNumbers } from './part-numbers.ts';
import { parseJson } from './upstream-error.ts';
import type { SseEvent } from './sse-scanner.ts';

/**
 * What an event of the stream was. `lifecycle` says nothing to a reader yet (a role, an empty delta); `usage` carries
 * counts and no choices; `malformed` was skipped.
 */
type ChatVerdict = 'content' | 'lifecycle' | 'usage' | 'done' | 'malformed' | 'comment' | 'failure';

export interface ChatDecoder {
  /** Reads one event; `events` are its model events without `usage` and the terminal one. */
  push(event: SseEvent): { verdict: ChatVerdict; events: readonly ModelEvent[] };
  /** The events that end the answer after `[DONE]`, the end of input, or a fault of the transport. */
  end(fault?: GatewayError): ModelEvent[];
  /** Whether a finish reason was seen, so that a missing end no longer hurts. */
  readonly hasFinished: boolean;
  /** How many events were skipped because they could not be read. */
  readonly malformed: number;
}

export interface ChatDecoderOptions {
  /** Name of the provider in messages. */
  readonly provider: string;
  /** The model asked for; used until the answer names the one that serves. */
  readonly model: string;
  /** Removed from messages. */
  readonly secrets?: readonly string[];
  /** What the provider said about its recording of this answer. */
  readonly recording?: 'new' | 'replayed' | undefined;
}

/**
 * Turns the events of one chat completion stream into model events. Only the first choice is read. The stream is a
 * success when a finish reason or `[DONE]` came; otherwise its end is `stream-cut`, or `stream-malformed`
 * when nothing could be read at all.
 */
export function createChatDecoder({ provider, model, secrets = [], recording }: ChatDecoderOptions): ChatDecoder {
  let isStarted = false;
  let failure: GatewayError | undefined;
  let finishReason: string | undefined;
  let usage: ModelUsage | undefined;
  let readable = 0;
  let malformed = 0;
  let isDone = false;
  const parts = createPartNumbers();
  const choices = createChoiceCount();

  function start(chunk: ChatChunk): ModelEvent[] {
    if (isStarted) return [];
    isStarted = true;
    const said = recording === undefined ? {} : { recording };
    return [{ type: 'answer-start', id: chunk.id ?? '', model: chunk.model ?? model, ...said }];
  }

  function fail(data: unknown): { verdict: ChatVerdict; events: ModelEvent[] } {
    const vendor = readVendorError(data, secrets) ?? {};
    failure ??= new GatewayError(codeOfVendorError(vendor) ?? 'upstream-error', {
      message: vendor.message ?? `${provider} reported an error in the middle of the answer.`,
      vendorCode: vendor.code,
      param: vendor.param,
    });
    return { verdict: 'failure', events: [] };
  }

  function read(chunk: ChatChunk): { verdict: ChatVerdict; events: ModelEvent[] } {
    const events = start(chunk);
    if (chunk.usage) usage = mergeUsage(usage, chunk.usage);
    for (const { index, finish_reason: reason } of chunk.choices ?? []) choices.note(index ?? 0, Boolean(reason));
    const choice = chunk.choices?.find((candidate) => (candidate.index ?? 0) === 0);
    if (!choice) return { verdict: chunk.usage ? 'usage' : 'lifecycle', events };
    const before = events.length;
    const message = choice.delta ?? choice.message;
    if (message) readMessage(message, events);
    if (choice.finish_reason) finishReason ??= choice.finish_reason;
    return { verdict: events.length > before || choice.finish_reason ? 'content' : 'lifecycle', events };
  }

  function think(text: string | null | undefined, events: ModelEvent[]): void {
    if (text) events.push({ type: 'reasoning-delta', part: parts.of('reasoning'), text });
  }

  function say(text: string | null | undefined, events: ModelEvent[]): void {
    if (text) events.push({ type: 'text-delta', part: parts.of('text'), text });
  }

  function readMessage(message: ChatMessage, events: ModelEvent[]): void {
    think(message.reasoning_content || message.reasoning, events);
    if (Array.isArray(message.content)) {
      for (const { text, thinking } of message.content) {
        for (const thought of thinking ?? []) think(thought.text, events);
        say(text, events);
      }
    } else say(message.content || message.refusal, events);
    for (const [position, call] of (message.tool_calls ?? []).entries()) {
      const known = parts.ofCall(call.index ?? position, call.id || undefined, call.function?.name || undefined);
      if (known) events.push({ type: 'tool-input-delta', ...known, text: call.function?.arguments ?? '' });
    }
    if (message.function_call) {
      const { name, arguments: input } = message.function_call;
      const known = parts.ofCall(0, undefined, name || undefined);
      if (known) events.push({ type: 'tool-input-delta', ...known, text: input ?? '' });
    }
    for (const { type, url_citation: citation } of message.annotations ?? []) {
      if (type !== 'url_citation' || !citation?.url) continue;
      const part = parts.next();
      const source = { id: `source-${part}`, title: citation.title || citation.url, url: citation.url };
      events.push({ type: 'source', part, ...source, ...(citation.content ? { excerpt: citation.content } : {}) });
    }
  }

  return {
    get hasFinished() {
      return finishReason !== undefined && failure === undefined && choices.areOver;
    },
    get malformed() {
      return malformed;
    },
    push({ data, name, isComplete }) {
      if (data === undefined || data.trim() === '') return { verdict: 'comment', events: [] };
      if (isDone) return { verdict: 'comment', events: [] };
      if (data.trim() === '[DONE]') {
        isDone = true;
        return { verdict: 'done', events: [] };
      }
      const json = parseJson(data);
      const parsed = chatChunkSchema.safeParse(json);
      if (name === 'error' || (parsed.success && isError(parsed.data))) return fail(json ?? { message: data });
      if (!parsed.success) {
        if (isComplete) malformed += 1;
        return { verdict: 'malformed', events: [] };
      }
      readable += 1;
      return read(parsed.data);
    },
    end(fault) {
      const last: ModelEvent[] = usage ? [{ type: 'usage', usage }] : [];
      if (failure) return [...last, { type: 'failure', error: failure }];
      if (finishReason === 'error') {
        const message = `${provider} ended the answer with an error.`;
        return [...last, { type: 'failure', error: new GatewayError('upstream-error', { message }) }];
      }
      // Some servers never give a reason; their end marker says as much.
      if (isDone && readable > 0) finishReason ??= 'stop';
      if (finishReason !== undefined && (isDone || choices.areOver)) {
        return [...last, { type: 'finish', reason: toFinishReason(finishReason, parts.calls > 0) }];
      }
      return [...last, { type: 'failure', error: fault ?? cut(provider, readable === 0 && malformed > 0) }];
    },
  };
}

/** Follows all choices of an answer, so that one that is over does not pass for all of them. */
function createChoiceCount() {
  const running = new Set<number>();
  const over = new Set<number>();
  return {
    note(index: number, isOver: boolean): void {
      if (isOver) over.add(index);
      if (over.has(index)) running.delete(index);
      else running.add(index);
    },
    get areOver(): boolean {
      return running.size === 0;
    },
  };
}

/** vLLM marks errors by the kind of the object. */
function isError({ error, object }: ChatChunk): boolean {
  return Boolean(error) || object === 'error';
}

function cut(provider: string, isUnreadable: boolean): GatewayError {
  return isUnreadable
    ? new GatewayError('stream-malformed', { message: `${provider} sent an answer that could not be read.` })
    : new GatewayError('stream-cut', { message: `${provider} ended the answer before it was complete.` });
}

/** Text plus a call is a call, whatever the vendor says; words nobody knows mean an ordinary end. */
function toFinishReason(vendor: string, hasCalls: boolean): ModelFinishReason {
  if (vendor === 'length') return 'length';
  if (vendor === 'content_filter') return 'content-filter';
  return hasCalls ? 'tool-calls' : 'stop';
}

/** Vendors repeat usage, cumulatively or at the end: the larger figure of each kind is the truth. */
function mergeUsage(held: ModelUsage | undefined, more: ChatUsage): ModelUsage {
  const cached = largest(held?.cachedInput, more.prompt_tokens_details?.cached_tokens);
  const reasoning = largest(held?.reasoning, more.completion_tokens_details?.reasoning_tokens);
  return {
    input: largest(held?.input, more.prompt_tokens) ?? 0,
    output: largest(held?.output, more.completion_tokens) ?? 0,
    ...(cached === undefined ? {} : { cachedInput: cached }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function largest(held: number | undefined, more: number | null | undefined): number | undefined {
  if (more === null || more === undefined || !Number.isFinite(more) || more < 0) return held;
  return Math.max(held ?? 0, Math.round(more));
}
