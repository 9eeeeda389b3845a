import type { Dispatcher } from 'undici';
import { toGatewayError, treatmentOf } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import { readRequestBody, sendBytes, sendJson } from '../server/exchange.ts';
import type { Exchange } from '../server/exchange.ts';
import type { ChargeInput } from '../usage/charge-input.ts';
import { readEmbeddingsCall } from './embeddings-call.ts';
import type { EmbeddingsCall } from './embeddings-call.ts';
import { decodeFloats, encodeFloats } from './float-base64.ts';
import { hashEmbedderName, hashEmbedding } from './hash-embedder.ts';
import { requestEmbeddings } from './request-embeddings.ts';
import type { UpstreamEmbeddings } from './request-embeddings.ts';

/** How one request for embeddings went. */
export interface EmbeddingsOutcome {
  readonly exchange: Exchange;
  /** Undefined when there was none yet, and for the built-in embedder. */
  readonly target: Target | undefined;
  /** Tokens of the input, where there was an answer. */
  readonly tokens?: number;
  readonly error?: GatewayError;
  readonly durationMs: number;
}

export interface EmbeddingsOptions {
  /**
   * The one target a model's name stands for; rejects with what forbids or prevents it. There is no second choice:
   * vectors of different models cannot be compared.
   */
  readonly targetOf: (model: string, exchange: Exchange) => Promise<Target>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
  /** Bytes of a request body; 20 MB unless told. */
  readonly bodyLimit?: number;
  /** Keeps a call within the limits and budgets of its caller; absent: there are none. */
  readonly charge?: ChargeInput;
  /** For metrics. */
  readonly onDone?: (outcome: EmbeddingsOutcome) => void;
}

/** `POST /v1/embeddings` in OpenAI's shape, whatever the provider speaks. Rejects with the error to answer. */
export function createEmbeddings({
  targetOf,
  dispatcher,
  log,
  bodyLimit,
  charge = (_, work) => work(),
  onDone,
}: EmbeddingsOptions): (exchange: Exchange) => Promise<void> {
  async function ask(target: Target, call: EmbeddingsCall, signal: AbortSignal): Promise<UpstreamEmbeddings> {
    try {
      return await requestEmbeddings(dispatcher, target, call, signal);
    } catch (error) {
      if (treatmentOf(toGatewayError(error).code).sameTarget !== 'once') throw error;
      return requestEmbeddings(dispatcher, target, call, signal);
    }
  }

  async function embed(exchange: Exchange, call: EmbeddingsCall, target: Target): Promise<number> {
    const answer = await ask(target, call, exchange.signal);
    const tokens = answer.tokens ?? estimate(call);
    exchange.response.setHeader('x-parley-provider', visible(target.providerName ?? target.provider));
    exchange.response.setHeader('x-parley-model', visible(target.model));
    const isAsWished = answer.vectors.every((vector) => (typeof vector === 'string') === (call.encoding === 'base64'));
    if (answer.openai !== undefined && isAsWished) {
      sendBytes(exchange, 200, 'application/json', Buffer.from(answer.openai));
    } else sendJson(exchange, 200, toList(answer.vectors, { ...call, model: target.model }, tokens));
    return tokens;
  }

  return async (exchange) => {
    const startedAt = performance.now();
    let target: Target | undefined;
    const done = (result: { tokens: number } | { error: GatewayError }): void => {
      const durationMs = performance.now() - startedAt;
      onDone?.({ exchange, target, ...result, durationMs });
      const served = target === undefined ? {} : { provider: target.providerName, model: target.model };
      const outcome = 'error' in result ? { outcome: result.error.code } : { outcome: 'done', tokens: result.tokens };
      log.info(
        { requestId: exchange.requestId, ...served, ...outcome, durationMs: Math.round(durationMs) },
        'embeddings',
      );
    };
    try {
      const call = readEmbeddingsCall(await readRequestBody(exchange, bodyLimit));
      if (call.model === hashEmbedderName && call.texts !== undefined) {
        const tokens = estimate(call);
        sendJson(
          exchange,
          200,
          toList(
            call.texts.map((text) => [...hashEmbedding(text)]),
            call,
            tokens,
          ),
        );
        done({ tokens });
        return;
      }
      const chosen = await targetOf(call.model, exchange);
      target = chosen;
      const { requestId: id, scope, signal } = exchange;
      const input = { id, model: call.model, scope, target, tokens: estimate(call), signal };
      done({ tokens: await charge(input, () => embed(exchange, call, chosen)) });
    } catch (thrown) {
      const error = toGatewayError(thrown);
      done({ error });
      throw error;
    }
  };
}

function toList(
  vectors: readonly (readonly number[] | string)[],
  { model, encoding }: Pick<EmbeddingsCall, 'model' | 'encoding'>,
  tokens: number,
): object {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encoded(vector, encoding) })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function encoded(vector: readonly number[] | string, encoding: 'float' | 'base64'): readonly number[] | string {
  if (encoding === 'base64') return typeof vector === 'string' ? vector : encodeFloats(vector);
  return typeof vector === 'string' ? decodeFloats(vector) : vector;
}

/** Four characters to a token, where nobody counted. */
function estimate({ texts, fields }: EmbeddingsCall): number {
  if (texts === undefined) return Array.isArray(fields['input']) ? fields['input'].flat().length : 0;
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
}

/** What may stand in a header. */
function visible(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '?');
}
