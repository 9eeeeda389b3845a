import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonContentType } from '../content-type.ts';
import { StreamLogError } from '../stream-log-error.ts';
import { type LogReader, nowOffset } from '../stream-log.ts';
import { setPositionHeaders, setSafeHeaders } from './answer-headers.ts';
import { answerRead, type LiveOptions } from './answer-read.ts';
import { parseReadQuery } from './read-query.ts';
import { formatOf } from './stream-format.ts';
import { type ReadableLog, textsOf } from './text-reader.ts';

export interface ReadHandlerOptions extends LiveOptions {
  readonly log: ReadableLog;
}

/**
 * Answers one read. Rejects with a `StreamLogError` before anything is written (`missing`, `gone`, `invalid-offset`,
 * `invalid-live-mode`, `read-only` with `Allow` set, `unavailable`, `corrupt`), so that the host can answer in its own
 * format; `streamLogErrorStatus` has the status.
 */
export type ReadHandler = (request: IncomingMessage, response: ServerResponse, logId: string) => Promise<void>;

/** Serves logs over the reading half of the Durable Streams protocol: GET (catch-up, long-poll, SSE) and HEAD. */
export function createReadHandler({ log: readable, ...live }: ReadHandlerOptions): ReadHandler {
  const log = textsOf(readable);
  const format = formatOf(jsonContentType);
  return async (request, response, logId) => {
    setSafeHeaders(response);
    if (request.method === 'HEAD') return describe(log, logId, response);
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new StreamLogError('read-only', 'This stream can only be read');
    }
    await answerRead({ log, logId, format, query: parseReadQuery(request), request, response }, live);
  };
}

async function describe(log: LogReader<string>, logId: string, response: ServerResponse): Promise<void> {
  const { next, closed } = await log.read(logId, nowOffset);
  setPositionHeaders(response, { next, closed });
  response.writeHead(200, { 'Content-Type': jsonContentType, 'Cache-Control': 'no-store' }).end();
}
