import type { Codec } from '../../core/codec.ts';
import { upstreamError } from '../../transport/upstream-error.ts';
import { writeJson } from '../../transport/write-json.ts';
import { readBedrockError } from './bedrock-error.ts';
import { createEventStreamScanner } from './event-stream-scanner.ts';
import { createBedrockDecoder } from './from-stream.ts';
import { signRequest } from './sigv4.ts';
import { toBedrockRequest } from './to-request.ts';

export interface BedrockConverseOptions {
  /** Signatures say when they were made. */
  readonly now?: () => Date;
}

const streamMethod = '/converse-stream';

/**
 * Amazon Bedrock's `ConverseStream`
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html). Requests are signed where
 * the target has AWS credentials; otherwise its key is sent as a bearer token.
 */
export function createBedrockConverseCodec({ now = () => new Date() }: BedrockConverseOptions = {}): Codec {
  return {
    dialect: 'bedrock-converse',
    toUpstream(request, target) {
      const { body, dropped } = toBedrockRequest(request, target);
      const path = (target.quirks?.path ?? `/model/{model}${streamMethod}`).replace('{model}', () =>
        encodeURIComponent(target.model),
      );
      const headers = { accept: 'application/vnd.amazon.eventstream, application/json' };
      return { path, body: writeJson(body), headers, dropped };
    },
    createScanner: () => createEventStreamScanner(),
    createDecoder: createBedrockDecoder,
    toError: (answer, target) => upstreamError(answer, target, readBedrockError(answer, target)),
    authorize({ method, url, body, headers, target: { aws, apiKey } }): Readonly<Record<string, string>> {
      if (aws) {
        return signRequest({ method, url, body, headers, service: 'bedrock', credentials: aws, date: now() });
      }
      return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    },
  };
}
