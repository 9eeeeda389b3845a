import type { Codec } from '../../core/codec.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createSseScanner } from '../../transport/sse-scanner.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { writeJson } from '../../transport/write-json.ts';
import { keyHeaders } from '../key-headers.ts';
import { createGoogleDecoder } from './from-stream.ts';
import { readGoogleError } from './google-error.ts';
import { toGoogleRequest } from './to-request.ts';

/**
 * Google's `generateContent` (https://ai.google.dev/api/generate-content): AI Studio, and Vertex AI where the target's
 * quirks name its path.
 */
export function createGoogleGenerativeCodec(): Codec {
  return {
    dialect: 'google-generative',
    toUpstream(request, target) {
      const { body, dropped } = toGoogleRequest(request, target);
      return { path: pathOf(target, 'stream'), body: writeJson(body), dropped };
    },
    passUpstream: (body, target, { isStream }) => ({
      path: pathOf(target, isStream ? 'stream' : 'whole'),
      body,
      dropped: [],
    }),
    createScanner: () => createSseScanner(),
    createDecoder: createGoogleDecoder,
    toError: (answer, target) => upstreamError(answer, target, readGoogleError(parseJson(answer.text), target)),
    authorize: ({ target }) => keyHeaders(target, 'x-goog-api-key'),
  };
}

const streamMethod = ':streamGenerateContent?alt=sse';

/** The model stands in the path; a path of the provider's own names the method of a stream. */
function pathOf({ model, quirks }: Target, form: 'stream' | 'whole'): string {
  const own = /^(models|tunedModels)\/([^/]+)$/.exec(model);
  const [, folder = 'models', name = model] = own ?? [];
  const path = (quirks?.path ?? `/${folder}/{model}${streamMethod}`).replace('{model}', () => encodeURIComponent(name));
  return form === 'stream' ? path : path.replace(streamMethod, ':generateContent');
}
