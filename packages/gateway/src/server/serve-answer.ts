import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../core/call.ts';
import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ModelRequest } from '../core/model-request.ts';
import { createOpenAiChatFace } from '../dialects/openai-chat/face.ts';
import { createOpenAiResponsesFace } from '../dialects/openai-responses/face.ts';
import { readRequestBody, sendBytes, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { collectWhole, sendStream } from './send-answer.ts';
import { sendError } from './send-error.ts';
import { createSseResponse } from './sse-response.ts';

const faces = {
  'openai-chat': createOpenAiChatFace(),
  'openai-responses': createOpenAiResponsesFace(),
} as const;

/** What a client asks of something that answers like a model. */
export interface AskedAnswer {
  /** The name the client wrote; empty when it named none. */
  readonly model: string;
  /** Throws `bad-request`. */
  toRequest(): ModelRequest;
}

export interface ServedAnswer {
  /** The name the answer carries. */
  readonly model: string;
  /** Ends with `finish` or `failure`. Leaving it ends what is behind it. */
  readonly events: AsyncIterable<ModelEvent>;
}

export interface ServeOptions<Caller> {
  readonly dialect: keyof typeof faces;
  readonly requestId: string;
  /** Who asks. Throws a `GatewayError` before anything of the body is read. */
  readonly admit: (signal: AbortSignal) => Promise<Caller>;
  /** May throw a `GatewayError` while nothing is sent. */
  readonly answer: (caller: Caller, asked: AskedAnswer, signal: AbortSignal) => Promise<ServedAnswer>;
  /** Ends the call, in good order where nothing is sent yet. */
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly bodyLimit?: number | undefined;
  /** Hears of an error that is a fault of ours. */
  readonly onFault: (error: GatewayError) => void;
}

/**
 * Answers one request of an OpenAI client, streamed or whole, from whatever writes model events: so something that is no
 * model can be asked like one. Errors are OpenAI's too. Never rejects.
 */
export async function serveAnswer<Caller>(
  request: IncomingMessage,
  response: ServerResponse,
  { dialect, requestId, admit, answer, signal, bodyLimit, onFault }: ServeOptions<Caller>,
): Promise<void> {
  const leaving = new AbortController();
  response.once('close', () => response.writableFinished || leaving.abort(cancelled()));
  const either = AbortSignal.any([signal, leaving.signal]);
  await attempt({ request, response, dialect, requestId, signal: either, onFault }, async (exchange) => {
    const caller = await admit(exchange.signal);
    await serve(exchange, (asked, ends) => answer(caller, asked, ends), bodyLimit);
  });
}

type Answering = (asked: AskedAnswer, signal: AbortSignal) => Promise<ServedAnswer>;

async function serve(exchange: Exchange, answer: Answering, bodyLimit: number | undefined): Promise<void> {
  const { face, signal } = exchange;
  const asked = face.read(await readRequestBody(exchange, bodyLimit), {});
  const { model, events } = await answer({ model: asked.model, toRequest: () => asked.toRequest() }, signal);
  const id = exchange.requestId.replaceAll(/[^A-Za-z0-9]/g, '');
  const answerOptions = { model, created: Math.floor(Date.now() / 1000), includeUsage: asked.includeUsage, id };
  const given: Pick<Answer, 'batches'> = { batches: oneByOne(events) };
  const send = { answer: given, face, answerOptions: () => answerOptions, now: () => performance.now() };
  if (asked.isStream) await sendStream({ signal, open: () => createSseResponse(exchange) }, send);
  else sendBytes(exchange, 200, 'application/json', (await collectWhole(send)).body);
}

async function* oneByOne(events: AsyncIterable<ModelEvent>): AsyncGenerator<readonly ModelEvent[]> {
  for await (const event of events) yield [event];
}

type JsonOptions = Pick<ServeOptions<unknown>, 'requestId' | 'signal' | 'onFault'> & {
  readonly value: (signal: AbortSignal) => Promise<object>;
};

/** Ends a request with a JSON value, or with an error as OpenAI tells it when `value` throws. Never rejects. */
export async function serveJson(
  request: IncomingMessage,
  response: ServerResponse,
  { value, ...options }: JsonOptions,
): Promise<void> {
  await attempt({ request, response, dialect: 'openai-chat', ...options }, async (exchange) => {
    sendJson(exchange, 200, await value(exchange.signal));
  });
}

interface Attempt extends Pick<ServeOptions<unknown>, 'dialect' | 'requestId' | 'signal' | 'onFault'> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function attempt(
  { dialect, onFault, ...given }: Attempt,
  task: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const exchange: Exchange = {
    ...given,
    startedAt: performance.now(),
    scope: { caller: '' },
    face: faces[dialect],
    headers: { 'x-request-id': given.requestId },
  };
  try {
    await task(exchange);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.code === 'internal') onFault(error);
    sendError(exchange, error);
  }
}
