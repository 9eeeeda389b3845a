import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';
import type { StreamStore } from '../stream-store.ts';
import { answerFailure } from './answer-failure.ts';
import { setSafeHeaders } from './answer-headers.ts';
import { answerRead, type LiveOptions } from './answer-read.ts';
import { answerAppend, answerCreate, answerDescribe } from './answer-writes.ts';
import { allowOthers, answerPreflight, methods } from './cross-origin.ts';
import { parseReadQuery } from './read-query.ts';
import { formatOf } from './stream-format.ts';

export interface StreamHandlerOptions extends LiveOptions {
  readonly store: StreamStore;
  /** What comes before a stream's name in its URL, `/v1/stream/` unless told. */
  readonly basePath?: string;
  /** Longest body in bytes, 8 MiB unless told. */
  readonly longestBody?: number;
  /** The origin whose pages may use the streams, or `*`; none but the server's own unless told. */
  readonly allowOrigin?: string;
  /** Hears of failures that are not the client's: the store cannot be reached, or anything unexpected. */
  readonly onError: (error: unknown) => void;
}

/** Answers one request whatever it is, and never rejects. */
export type StreamHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Serves a store over the whole Durable Streams protocol. Everybody who reaches it may read, write and remove every
 * stream: who may reach it is for the host to say. `Stream-Seq` is kept per stream.
 */
export function createStreamHandler(options: StreamHandlerOptions): StreamHandler {
  const { store, basePath = '/v1/stream/', longestBody = 8_388_608, allowOrigin, onError, ...live } = options;

  function idOf(url: string): string | undefined {
    const pathname = URL.parse(url, 'http://localhost')?.pathname ?? '';
    return pathname.startsWith(basePath) ? decoded(pathname.slice(basePath.length)) : undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = idOf(request.url ?? '/');
    if (id === undefined) throw new StreamLogError('missing', `Streams are found under ${basePath}`);
    const write = { store, id, idOf, longestBody, request, response };
    switch (request.method) {
      case 'PUT':
        return answerCreate(write);
      case 'POST':
        return answerAppend(write);
      case 'GET': {
        const query = parseReadQuery(request);
        const { config } = await store.describe(id);
        const format = formatOf(config.contentType);
        return answerRead({ log: store, logId: id, format, query, request, response }, live);
      }
      case 'HEAD':
        return answerDescribe(response, await store.describe(id));
      case 'DELETE':
        await store.remove(id);
        response.writeHead(204).end();
        return;
      case 'OPTIONS':
        return answerPreflight(response);
      default:
        response.setHeader('Allow', methods);
        throw new StreamLogError('unsupported-method', 'The protocol has no such method');
    }
  }

  return async (request, response) => {
    setSafeHeaders(response);
    if (allowOrigin !== undefined) allowOthers(response, allowOrigin);
    try {
      await answer(request, response);
    } catch (error) {
      if (!(error instanceof StreamLogError) || error.code === 'corrupt' || error.retryable) onError(error);
      answerFailure(response, error);
    }
  };
}

function decoded(name: string): string | undefined {
  try {
    return name === '' ? undefined : decodeURIComponent(name);
  } catch {
    // A lone % is in no name that anybody was given.
    return undefined;
  }
}
