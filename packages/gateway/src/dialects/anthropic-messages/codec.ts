import type { Codec } from '../../core/codec.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { createSseScanner } from '../../transport/sse-scanner.ts';
import { keyHeaders } from '../key-headers.ts';
import { patchChatBody } from '../openai-chat/raw-body.ts';
import { toMessagesUpstreamError } from './error-shape.ts';
import { createMessagesDecoder } from './from-stream.ts';
import { toMessagesRequest, versionOf } from './to-request.ts';

/**
 * Speaks Anthropic's Messages (https://docs.anthropic.com/en/api/messages) to an upstream. The key goes into
 * `x-api-key` unless the target names another header.
 */
export function createAnthropicMessagesCodec(): Codec {
  return {
    dialect: 'anthropic-messages',
    endMark: namedFrame('message_stop', { type: 'message_stop' }),
    toUpstream: (request, target) => ({
      path: pathOf(target),
      ...toMessagesRequest(request, target),
    }),
    passUpstream: (body, target, { headers }) => ({
      path: pathOf(target),
      body: patchChatBody(body, { model: target.model, wantUsage: false }),
      headers: { ...headers, 'anthropic-version': versionOf(target, headers) },
      dropped: [],
    }),
    createScanner: () => createSseScanner(),
    createDecoder: (options) => createMessagesDecoder(options),
    toError: (answer, target) => toMessagesUpstreamError(answer, target),
    authorize: ({ target }) => keyHeaders(target, 'x-api-key'),
  };
}

function pathOf({ quirks, model }: Target): string {
  return quirks?.path?.replace('{model}', () => encodeURIComponent(model)) ?? '/messages';
}
