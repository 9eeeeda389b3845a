import type { Dispatcher } from 'undici';
import { toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Dialect } from '../core/model-request.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import { fromChatRequest, readChatEnvelope } from '../dialects/openai-chat/from-request.ts';
import type { ChatEnvelope } from '../dialects/openai-chat/from-request.ts';
import { recordingHeader } from '../dialects/openai-chat/strategy.ts';
import { toChatAnswer } from '../dialects/openai-chat/to-answer.ts';
import type { Attachment, Recordings } from '../recordings/recordings.ts';
import type { ModelDirectory, Route } from '../routing/model-directory.ts';
import type { Outlet } from './answer-sink.ts';
import type { CallRecord } from './call-record.ts';
import { encodeStream } from './encode-stream.ts';
import { readRequestBody, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { passThrough } from './pass-through.ts';
import { sendLive, sendReplay } from './send-recording.ts';
import { createSseResponse } from './sse-response.ts';

export interface ChatCompletionsOptions {
  readonly directory: ModelDirectory;
  readonly strategies: Readonly<Record<Dialect, ProviderStrategy>>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
  /** Absent: nothing is recorded, whatever keys are sent. */
  readonly recordings: Recordings | undefined;
}

interface Call {
  readonly exchange: Exchange;
  readonly body: Buffer;
  readonly envelope: ChatEnvelope;
  /** Takes the answer when it is streamed; its signal ends the call in any case. */
  readonly outlet: Outlet;
  setHeaders(headers: Readonly<Record<string, string>>): void;
}

type NewCall = Extract<Attachment, { type: 'new' }>;

/** `POST /v1/chat/completions`, streamed or whole. Writes one log line for each call, and for each replay. */
export function createChatCompletions(options: ChatCompletionsOptions) {
  const { directory, strategies, dispatcher, log, recordings } = options;

  async function translate({ exchange, envelope, outlet }: Call, { provider, target }: Route): Promise<CallRecord> {
    const events = strategies[provider.dialect].stream(fromChatRequest(envelope), target, outlet.signal);
    if (envelope.stream === true) {
      const includeUsage = envelope.stream_options?.include_usage === true;
      return encodeStream(outlet, events, { model: target.model, includeUsage });
    }
    const created = Math.floor(Date.now() / 1000);
    sendJson(exchange, 200, await toChatAnswer(events, { model: target.model, created }));
    return {};
  }

  /** Makes the call and says in one line how it went. Rejects with what kept it from beginning. */
  async function make(call: Call): Promise<void> {
    const { exchange, body, envelope, outlet } = call;
    const startedAt = performance.now();
    const route = await directory.resolve(envelope.model);
    const { provider, target } = route;
    call.setHeaders({
      'x-parley-provider': provider.name,
      'x-parley-model': target.model.replaceAll(/[^\x21-\x7e]/g, '?'),
    });
    const summarise = ({ usage, error, malformed }: CallRecord): void => {
      const fields = {
        ...describe(exchange, envelope),
        provider: provider.name,
        model: target.model,
        outcome: error?.code ?? 'done',
        durationMs: Math.round(performance.now() - startedAt),
        ...(usage ? { usage } : {}),
        ...(malformed === undefined ? {} : { malformed }),
      };
      if (error?.code === 'internal') log.error({ ...fields, err: error.cause }, 'chat completion');
      else log.info(fields, 'chat completion');
    };
    try {
      const isSameDialect = provider.dialect === 'openai-chat';
      summarise(
        isSameDialect
          ? await passThrough(exchange, { dispatcher, route, body, envelope, outlet })
          : await translate(call, route),
      );
    } catch (thrown) {
      const error = toGatewayError(thrown);
      summarise({ error });
      throw error;
    }
  }

  /** Makes a call that belongs to no client, and sends its answer to the one who asked first. */
  async function record(
    request: Pick<Call, 'exchange' | 'body' | 'envelope'>,
    { call, ...attachment }: NewCall,
  ): Promise<void> {
    const { response } = request.exchange;
    const outlet = { signal: call.signal, open: () => call.sink };
    const setHeaders = (headers: Readonly<Record<string, string>>): void => {
      call.setHeaders(headers);
      setAll(response, headers);
    };
    const making = make({ ...request, outlet, setHeaders });
    await Promise.all([
      sendLive(request.exchange, call, (after, signal) => attachment.rest(after, signal)),
      making.catch((error: unknown) => call.sink.fail(toGatewayError(error))),
    ]);
  }

  async function attach(exchange: Exchange, body: Buffer): Promise<Attachment | undefined> {
    const { headers } = exchange.request;
    const key = headers['idempotency-key'];
    if (typeof key !== 'string' || recordings === undefined) return undefined;
    const lastEventId = headers['last-event-id'];
    return recordings.attach({
      caller: exchange.caller,
      key,
      body,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      signal: exchange.signal,
    });
  }

  return async (exchange: Exchange): Promise<void> => {
    const { response } = exchange;
    const body = await readRequestBody(exchange);
    const envelope = readChatEnvelope(body);
    const attachment = envelope.stream === true ? await attach(exchange, body) : undefined;
    if (attachment !== undefined) response.setHeader(recordingHeader, attachment.type);
    switch (attachment?.type) {
      case 'new':
        await record({ exchange, body, envelope }, attachment);
        return;
      case 'replayed':
        log.info({ ...describe(exchange, envelope), outcome: 'replayed' }, 'chat completion');
        await sendReplay(exchange, attachment.events);
        return;
      default: {
        const outlet = { signal: exchange.signal, open: () => createSseResponse(exchange) };
        await make({ exchange, body, envelope, outlet, setHeaders: (headers) => setAll(response, headers) });
      }
    }
  };
}

function setAll(response: Exchange['response'], headers: Readonly<Record<string, string>>): void {
  if (response.headersSent) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function describe({ requestId }: Exchange, { model, stream }: ChatEnvelope) {
  return { requestId, asked: model.slice(0, 100), stream: stream === true };
}
