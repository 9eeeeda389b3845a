import type { ServerResponse } from 'node:http';
import type { Batch, LogReader } from '../stream-log.ts';
import { jsonOf, setPositionHeaders } from './answer-headers.ts';
import { nextCursor } from './live-cursor.ts';
import type { LiveSpan } from './live-span.ts';
import type { ReadQuery } from './read-query.ts';

interface LongPoll {
  readonly log: LogReader<unknown>;
  readonly logId: string;
  readonly query: ReadQuery;
  readonly response: ServerResponse;
  readonly span: LiveSpan;
}

/** `live=long-poll`: 200 with entries as soon as there are some, 204 when the span ends or the log is closed without any. */
export async function answerLongPoll({ log, logId, query, response, span }: LongPoll): Promise<void> {
  let last: Batch<unknown> | undefined;
  for await (const batch of log.follow(logId, query.offset, span.signal)) {
    last = batch;
    if (batch.entries.length > 0 || batch.closed) break;
  }
  if (response.destroyed) return;
  // Nothing was read when the span was over before it began; a catch-up read still tells the reader where it is.
  last ??= await log.read(logId, query.offset);
  const isNews = last.entries.length > 0;
  setPositionHeaders(response, last);
  response.setHeader('Stream-Cursor', nextCursor(query.cursor));
  response.setHeader('Cache-Control', 'no-store');
  if (isNews) response.setHeader('Content-Type', 'application/json');
  response.writeHead(isNews ? 200 : 204).end(isNews ? jsonOf(last.entries) : undefined);
}
