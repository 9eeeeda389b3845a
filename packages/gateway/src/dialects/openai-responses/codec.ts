import type { Codec } from '../../core/codec.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { createSseScanner } from '../../transport/sse-scanner.ts';
import { keyHeaders } from '../key-headers.ts';
import { patchChatBody } from '../openai-chat/raw-body.ts';
import { toResponsesUpstreamError } from './error-shape.ts';
import { createResponsesDecoder } from './from-stream.ts';
import { toResponsesRequest } from './to-request.ts';

/** Speaks OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses) to an upstream, statelessly. */
export function createOpenAiResponsesCodec(): Codec {
  return {
    dialect: 'openai-responses',
    toUpstream: (request, target) => ({ path: pathOf(target), ...toResponsesRequest(request, target) }),
    passUpstream: (body, target) => ({
      path: pathOf(target),
      body: patchChatBody(body, { model: target.model, wantUsage: false }),
      dropped: [],
    }),
    createScanner: () => createSseScanner(),
    createDecoder: (options) => createResponsesDecoder(options),
    toError: (answer, target) => toResponsesUpstreamError(answer, target),
    authorize: ({ target }) => keyHeaders(target, 'authorization'),
  };
}

function pathOf({ quirks, model }: Target): string {
  return quirks?.path?.replace('{model}', () => encodeURIComponent(model)) ?? '/responses';
}
