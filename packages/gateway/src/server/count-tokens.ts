import type { Dispatcher } from 'undici';
import * as z from 'zod/mini';
import { toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { ModelRequest, Part, Turn } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createAnthropicMessagesCodec } from '../dialects/anthropic-messages/codec.ts';
import { readMessagesCall } from '../dialects/anthropic-messages/read-call.ts';
import { keyHeaders } from '../dialects/key-headers.ts';
import { parseJson } from '../transport/parse-json.ts';
import { callUpstream, readText } from '../transport/upstream-call.ts';
import { readRequestBody, sendBytes, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';

export interface CountTokensOptions {
  /** The first target a model's name stands for; rejects with what forbids or prevents it. */
  readonly targetOf: (model: string, exchange: Exchange) => Promise<Target>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
  /** Bytes of a request body; 20 MB unless told. */
  readonly bodyLimit?: number;
}

/** In which header an answer says that nobody counted. */
const estimatedHeader = 'x-parley-estimated';

const answerSchema = z.object({ input_tokens: z.number() });
const answerLimit = 64 * 1024;
/** Counting is a side errand: an upstream that is slow at it is not waited for. */
const patience = { connect: 3000, headers: 10_000, content: 10_000, idle: 10_000 };
const codec = createAnthropicMessagesCodec();

/**
 * `POST /v1/messages/count_tokens`: what an upstream of the Messages dialect counts, else an estimate, marked by
 * `X-Parley-Estimated: true`. Rejects with the error to answer.
 */
export function createCountTokens({ targetOf, dispatcher, log, bodyLimit }: CountTokensOptions) {
  async function ask(target: Target, body: Buffer, exchange: Exchange): Promise<string | undefined> {
    const upstream = codec.passUpstream?.(body, target, { isStream: false, headers: betaOf(exchange) });
    if (upstream === undefined) return undefined;
    const { provider, baseUrl, model, headers = {} } = target;
    const answer = await callUpstream(
      dispatcher,
      {
        target: { provider, baseUrl, model, headers, timeouts: patience },
        method: 'POST',
        path: upstream.path.replace('/messages', '/messages/count_tokens'),
        body: upstream.body,
        headers: { 'content-type': 'application/json', ...upstream.headers, ...keyHeaders(target, 'x-api-key') },
      },
      exchange.signal,
    );
    const text = await readText(answer, answerLimit, 'cut');
    return answer.status === 200 && answerSchema.safeParse(parseJson(text)).success ? text : undefined;
  }

  async function count(target: Target, body: Buffer, exchange: Exchange): Promise<string | undefined> {
    if (target.dialect !== 'anthropic-messages') return undefined;
    try {
      return await ask(target, body, exchange);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.code === 'cancelled') throw error;
      log.warn(
        { requestId: exchange.requestId, provider: target.providerName, code: error.code },
        'tokens not counted',
      );
      return undefined;
    }
  }

  return async (exchange: Exchange): Promise<void> => {
    const body = await readRequestBody(exchange, bodyLimit);
    const asked = readMessagesCall(body);
    const target = await targetOf(asked.model, exchange);
    const counted = await count(target, body, exchange);
    if (counted !== undefined) {
      sendBytes(exchange, 200, 'application/json', Buffer.from(counted));
      return;
    }
    exchange.response.setHeader(estimatedHeader, 'true');
    sendJson(exchange, 200, { input_tokens: estimateTokens(asked.toRequest()) });
  };
}

function betaOf({ request }: Exchange): Record<string, string> {
  const beta = request.headers['anthropic-beta'];
  return beta === undefined ? {} : { 'anthropic-beta': String(beta) };
}

const charactersPerToken = 4;
/** What Anthropic counts at most for an image of the size it likes (https://docs.anthropic.com/en/docs/build-with-claude/vision). */
const imageTokens = 1600;

/** Four characters to a token, over everything that is said to the model; pictures count as pictures. */
export function estimateTokens({ instructions, turns, tools }: ModelRequest): number {
  const said = [...instructions, ...turns.map(textOf), ...tools.map((tool) => JSON.stringify(tool))];
  const characters = said.reduce((sum, text) => sum + text.length, 0);
  const images = turns.reduce((sum, turn) => sum + imagesIn(turn), 0);
  return Math.max(1, Math.ceil(characters / charactersPerToken) + images * imageTokens);
}

function partsOf(turn: Turn): readonly Part[] {
  return turn.role === 'tool' ? (turn.attachments ?? []) : turn.parts;
}

function imagesIn(turn: Turn): number {
  return partsOf(turn).filter((part) => part.type === 'image').length;
}

function textOf(turn: Turn): string {
  const texts = partsOf(turn).map((part) => wordsOf(part));
  return (turn.role === 'tool' ? [turn.output, ...texts] : texts).join('');
}

function wordsOf(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text;
    case 'tool-call':
      return part.name + part.input;
    case 'file':
    case 'audio':
      return part.source.kind === 'base64' ? part.source.data : '';
    case 'image':
      return '';
    default:
      return part satisfies never;
  }
}
