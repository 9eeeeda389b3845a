import type { Codec } from '../../core/codec.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { writeJson } from '../../transport/write-json.ts';
import { createOllamaDecoder } from './from-stream.ts';
import { createNdjsonScanner } from './ndjson-scanner.ts';
import { readOllamaError } from './ollama-error.ts';
import { ollamaPath } from './ollama-path.ts';
import { toOllamaRequest } from './to-request.ts';

/** Ollama's own `/api/chat` (https://docs.ollama.com/api/chat). */
export function createOllamaChatCodec(): Codec {
  return {
    dialect: 'ollama-chat',
    toUpstream(request, target) {
      const { body, dropped } = toOllamaRequest(request, target);
      const path = target.quirks?.path ?? ollamaPath(target.baseUrl, '/chat');
      return { path, body: writeJson(body), dropped, headers: { accept: 'application/x-ndjson, application/json' } };
    },
    createScanner: () => createNdjsonScanner(),
    createDecoder: createOllamaDecoder,
    toError: (answer, target) => upstreamError(answer, target, readOllamaError(parseJson(answer.text), target)),
  };
}
