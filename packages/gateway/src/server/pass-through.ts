import type { Dispatcher } from 'undici';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ChatEnvelope } from '../dialects/openai-chat/from-request.ts';
import { createChatDecoder } from '../dialects/openai-chat/from-stream.ts';
import type { ChatDecoder } from '../dialects/openai-chat/from-stream.ts';
import { patchChatBody } from '../dialects/openai-chat/raw-body.ts';
import { createSseScanner } from '../dialects/openai-chat/sse-scanner.ts';
import type { SseEvent } from '../dialects/openai-chat/sse-scanner.ts';
import {
  decodeAnswer,
  endPatience,
  isWholeAnswer,
  openChatStream,
  streamFault,
  usagePatience,
} from '../dialects/openai-chat/strategy.ts';
import { isWebPage, parseJson, webPageError } from '../dialects/openai-chat/upstream-error.ts';
import type { Route } from '../routing/model-directory.ts';
import { readBytes } from '../transport/upstream-call.ts';
import type { UpstreamAnswer } from '../transport/upstream-call.ts';
import type { AnswerSink, Outlet } from './answer-sink.ts';
import type { CallRecord } from './call-record.ts';
import { encodeStream } from './encode-stream.ts';
import { sendBytes } from './exchange.ts';
import type { Exchange } from './exchange.ts';

export interface PassThroughOptions {
  readonly dispatcher: Dispatcher;
  readonly route: Route;
  readonly body: Buffer;
  readonly envelope: ChatEnvelope;
  /** Takes the answer when it is streamed. */
  readonly outlet: Outlet;
}

const answerLimit = 64 * 1024 * 1024;

/**
 * Hands a chat completion call on to an upstream of the same dialect. Bytes stay as they are in both directions, except
 * for the model's name, the wish for usage, and events that no client could read.
 */
export async function passThrough(exchange: Exchange, options: PassThroughOptions): Promise<CallRecord> {
  const { dispatcher, envelope, body, route, outlet } = options;
  const { target } = route;
  const isStream = envelope.stream === true;
  const key = exchange.request.headers['idempotency-key'];
  const answer = await openChatStream(
    dispatcher,
    target,
    patchChatBody(body, { model: target.model, wantUsage: isStream }),
    {
      signal: outlet.signal,
      ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
    },
  );
  const decoder = createChatDecoder({
    provider: target.provider,
    model: target.model,
    secrets: target.apiKey === undefined ? [] : [target.apiKey],
  });
  if (!isStream) return passWhole(exchange, answer, decoder, options);
  const includeUsage = envelope.stream_options?.include_usage === true;
  if (isWholeAnswer(answer)) {
    const events = decodeAnswer(answer, decoder, outlet.signal);
    return encodeStream(outlet, events, { model: target.model, includeUsage });
  }
  return passStream(outlet, answer, decoder, includeUsage);
}

/** A whole answer is read before it is sent: one that is cut short becomes an error with a status of its own. */
async function passWhole(
  exchange: Exchange,
  answer: UpstreamAnswer,
  decoder: ChatDecoder,
  { route }: PassThroughOptions,
): Promise<CallRecord> {
  const bytes = await readBytes(answer, answerLimit, 'refuse');
  const data = bytes.toString('utf8');
  const json = parseJson(data);
  if (typeof json !== 'object' || json === null) {
    if (isWebPage('', data)) throw webPageError(answer, route.target);
    const message = `${route.target.provider} sent an answer that could not be read.`;
    throw new GatewayError('stream-malformed', { message });
  }
  const { verdict } = decoder.push({ raw: bytes, data, isComplete: true });
  const outcome = recordOf(decoder.end(), decoder);
  if (verdict === 'failure' && outcome.error) throw outcome.error;
  sendBytes(exchange, 200, String(answer.headers['content-type'] ?? 'application/json'), bytes);
  return outcome.usage ? { usage: outcome.usage } : {};
}

async function passStream(
  outlet: Outlet,
  answer: UpstreamAnswer,
  decoder: ChatDecoder,
  includeUsage: boolean,
): Promise<CallRecord> {
  const sink = outlet.open();
  const gate = createGate(decoder, includeUsage);
  const scanner = createSseScanner();
  let fault: GatewayError | undefined;
  try {
    for await (const chunk of answer.body) {
      const { bytes, isOver } = gate.pass(scanner.push(chunk), answer);
      if (bytes.length > 0) await sink.write(bytes);
      if (isOver) break;
    }
    const rest = gate.pass(scanner.end(), answer);
    if (rest.bytes.length > 0) await sink.write(rest.bytes);
  } catch (error) {
    fault = streamFault(error, outlet.signal);
  }
  const record = recordOf(decoder.end(fault), decoder);
  await finish(sink, record, gate.take());
  return record;
}

async function finish(sink: AnswerSink, record: CallRecord, rest: Buffer): Promise<void> {
  if (record.error) {
    sink.fail(record.error);
    return;
  }
  await sink.write(rest);
  sink.end();
}

/**
 * Decides which events of the upstream the client gets, as the upstream wrote them. What says nothing yet is held until
 * content comes; the end marker is held until the end is known to be one.
 */
function createGate(decoder: ChatDecoder, includeUsage: boolean) {
  let held: Buffer[] = [];
  let isOpen = false;
  let done: Buffer = Buffer.from('data: [DONE]\n\n');

  function hold({ raw, isComplete }: SseEvent): void {
    held.push(raw);
    // What follows must not run into an event whose blank line never came.
    if (!isComplete) held.push(Buffer.from('\n\n'));
  }

  function sort(event: SseEvent, answer: UpstreamAnswer): 'over' | undefined {
    const { verdict } = decoder.push(event);
    switch (verdict) {
      case 'content':
        isOpen = true;
        answer.contentSeen(decoder.hasFinished ? usagePatience : undefined);
        hold(event);
        return undefined;
      case 'usage':
        if (includeUsage) hold(event);
        return undefined;
      case 'lifecycle':
      case 'comment':
        hold(event);
        return undefined;
      case 'done':
        if (event.isComplete) done = event.raw;
        answer.contentSeen(endPatience);
        return undefined;
      case 'malformed':
        return undefined;
      case 'failure':
        return 'over';
      default:
        return verdict satisfies never;
    }
  }

  function release(): Buffer {
    const bytes = Buffer.concat(held);
    held = [];
    return bytes;
  }

  return {
    /** The bytes to send now, and whether nothing more will come. */
    pass(events: readonly SseEvent[], answer: UpstreamAnswer): { bytes: Buffer; isOver: boolean } {
      const isOver = events.some((event) => sort(event, answer) === 'over');
      return { bytes: isOpen ? release() : Buffer.alloc(0), isOver };
    },
    /** What remains at a good end: held events and the end marker. */
    take: (): Buffer => Buffer.concat([release(), done]),
  };
}

function recordOf(events: readonly ModelEvent[], { malformed }: ChatDecoder): CallRecord {
  const usage = events.find((event) => event.type === 'usage')?.usage;
  const error = events.find((event) => event.type === 'failure')?.error;
  return {
    ...(usage ? { usage } : {}),
    ...(error ? { error } : {}),
    ...(malformed > 0 ? { malformed } : {}),
  };
}
