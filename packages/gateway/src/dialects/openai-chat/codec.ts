import type { Codec, UpstreamBody } from '../../core/codec.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { createSseScanner } from '../../transport/sse-scanner.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { writeJson } from '../../transport/write-json.ts';
import { createChatDecoder } from './from-stream.ts';
import { patchChatBody } from './raw-body.ts';
import { toChatRequest } from './to-request.ts';

/** Speaks OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), as its many imitators do. */
export function createOpenAiChatCodec(): Codec {
  return {
    dialect: 'openai-chat',
    endMark: 'data: [DONE]\n\n',
    toUpstream(request, target): UpstreamBody {
      const { body, dropped } = toChatRequest(request, target);
      return { path: pathOf(target), body: writeJson(body), dropped };
    },
    passUpstream(body, target, { isStream }): UpstreamBody {
      const wantUsage = isStream && target.quirks?.refusesStreamOptions !== true;
      return { path: pathOf(target), body: patchChatBody(body, { model: target.model, wantUsage }), dropped: [] };
    },
    createScanner: () => createSseScanner(),
    createDecoder: (options) => createChatDecoder(options),
    toError: (answer, target) => upstreamError(answer, target),
  };
}

function pathOf({ quirks, model }: Target): string {
  return quirks?.path?.replaceAll('{model}', encodeURIComponent(model)) ?? '/chat/completions';
}
