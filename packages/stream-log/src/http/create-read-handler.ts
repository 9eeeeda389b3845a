import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';
import { nowOffset, type LogReader } from '../stream-log.ts';
import { answerCatchUp } from './answer-catch-up.ts';
import { answerEvents } from './answer-events.ts';
import { setSafeHeaders } from './answer-headers.ts';
import { answerLongPoll } from './answer-long-poll.ts';
import { startLiveSpan } from './live-span.ts';
import { parseReadQuery } from './read-query.ts';

export interface ReadHandlerOptions {
  readonly log: LogReader<unknown>;
  /** Longest silence of an event stream, 15 s unless told. */
  readonly heartbeatMs?: number;
  /** Longest wait of a long-poll, 20 s unless told. */
  readonly longPollMs?: number;
  /** Longest life of one event stream, 60 s unless told; the client resumes. */
  readonly sseMaxMs?: number;
  /** When it aborts, live answers end, so that a server can drain. */
  readonly signal?: AbortSignal;
}

/**
 * Answers one read. Rejects with a `StreamLogError` before anything is written (`missing`, `invalid-offset`,
 * `invalid-live-mode`, `read-only` with `Allow` set, `unavailable`, `corrupt`), so that the host can answer in its own
 * format; `streamLogErrorStatus` has the status.
 */
export type ReadHandler = (request: IncomingMessage, response: ServerResponse, logId: string) => Promise<void>;

/** Serves logs over the reading half of the Durable Streams protocol: GET (catch-up, long-poll, SSE) and HEAD. */
export function createReadHandler({
  log,
  heartbeatMs = 15_000,
  longPollMs = 20_000,
  sseMaxMs = 60_000,
  signal,
}: ReadHandlerOptions): ReadHandler {
  return async (request, response, logId) => {
    setSafeHeaders(response);
    if (request.method === 'HEAD') return describe(log, logId, response);
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new StreamLogError('read-only', 'This stream can only be read');
    }
    const query = parseReadQuery(request);
    if (query.live === 'no') return answerCatchUp({ log, logId, query, request, response });
    const span = startLiveSpan(response, query.live === 'sse' ? sseMaxMs : longPollMs, signal);
    try {
      if (query.live === 'sse') await answerEvents({ log, logId, query, response, span, heartbeatMs });
      else await answerLongPoll({ log, logId, query, response, span });
    } finally {
      span.end();
    }
  };
}

async function describe(log: LogReader<unknown>, logId: string, response: ServerResponse): Promise<void> {
  const { next, closed } = await log.read(logId, nowOffset);
  response.setHeader('Stream-Next-Offset', next);
  if (closed) response.setHeader('Stream-Closed', 'true');
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end();
}
