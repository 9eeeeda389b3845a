import type { Dispatcher } from 'undici';
import type { ProviderStrategy, Target } from '../../core/provider-strategy.ts';
import { createDispatcher } from '../../transport/create-dispatcher.ts';
import { createHttpStrategy } from '../../transport/http-strategy.ts';
import { callUpstream, readText } from '../../transport/upstream-call.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { createOpenAiChatCodec } from './codec.ts';

export interface OpenAiChatOptions {
  /** Carries the calls. Without one, connections live as long as the strategy is in use and idle for seconds. */
  readonly dispatcher?: Dispatcher;
}

const errorBodyLimit = 256 * 1024;

/**
 * Speaks OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), as its many imitators do.
 * Errors before the first event are thrown; later ones end the stream as `failure`. A server that answers in one piece
 * although a stream was asked for is read as well.
 */
export function createOpenAiChatStrategy({
  dispatcher = createDispatcher(),
}: OpenAiChatOptions = {}): ProviderStrategy {
  return {
    ...createHttpStrategy({ codec: createOpenAiChatCodec(), dispatcher }),
    cancel: (idempotencyKey, target, signal) => cancelRecording(dispatcher, target, idempotencyKey, signal),
  };
}

async function cancelRecording(dispatcher: Dispatcher, target: Target, key: string, signal: AbortSignal) {
  const path = `/chat/completions/${encodeURIComponent(key)}`;
  const answer = await callUpstream(dispatcher, { target, method: 'DELETE', path }, signal);
  const text = await readText(answer, errorBodyLimit, 'cut');
  // What is not there needs no end.
  if (answer.status < 300 || answer.status === 404) return;
  throw upstreamError({ status: answer.status, headers: answer.headers, text }, target);
}
