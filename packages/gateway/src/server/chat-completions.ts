import type { Dispatcher } from 'undici';
import { toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Dialect } from '../core/model-request.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import { fromChatRequest, readChatEnvelope } from '../dialects/openai-chat/from-request.ts';
import type { ChatEnvelope } from '../dialects/openai-chat/from-request.ts';
import { toChatAnswer } from '../dialects/openai-chat/to-answer.ts';
import type { ModelDirectory, Route } from '../routing/model-directory.ts';
import { encodeStream } from './encode-stream.ts';
import { readRequestBody, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { passThrough } from './pass-through.ts';
import type { CallRecord } from './call-record.ts';

export interface ChatCompletionsOptions {
  readonly directory: ModelDirectory;
  readonly strategies: Readonly<Record<Dialect, ProviderStrategy>>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
}

/** `POST /v1/chat/completions`, streamed or whole. Writes one log line for each call. */
export function createChatCompletions({ directory, strategies, dispatcher, log }: ChatCompletionsOptions) {
  async function translate(exchange: Exchange, route: Route, envelope: ChatEnvelope): Promise<CallRecord> {
    const { provider, target } = route;
    const request = fromChatRequest(envelope);
    const events = strategies[provider.dialect].stream(request, target, exchange.signal);
    if (envelope.stream === true) {
      const includeUsage = envelope.stream_options?.include_usage === true;
      return encodeStream(exchange, events, { model: target.model, includeUsage });
    }
    const created = Math.floor(Date.now() / 1000);
    sendJson(exchange, 200, await toChatAnswer(events, { model: target.model, created }));
    return {};
  }

  return async (exchange: Exchange): Promise<void> => {
    const startedAt = performance.now();
    const body = await readRequestBody(exchange);
    const envelope = readChatEnvelope(body);
    const route = await directory.resolve(envelope.model);
    const { provider, target } = route;
    exchange.response.setHeader('x-parley-provider', provider.name);
    exchange.response.setHeader('x-parley-model', target.model.replaceAll(/[^\x21-\x7e]/g, '?'));
    const summarise = ({ usage, error, malformed }: CallRecord): void => {
      const fields = {
        requestId: exchange.requestId,
        asked: envelope.model.slice(0, 100),
        provider: provider.name,
        model: target.model,
        stream: envelope.stream === true,
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
          ? await passThrough(exchange, { dispatcher, route, body, envelope })
          : await translate(exchange, route, envelope),
      );
    } catch (thrown) {
      const error = toGatewayError(thrown);
      summarise({ error });
      throw error;
    }
  };
}
