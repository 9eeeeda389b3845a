import type { Batch } from '../stream-log.ts';
import { setPositionHeaders } from './answer-headers.ts';
import type { StreamRead } from './answer-read.ts';
import { endAnswer } from './end-answer.ts';
import { nextCursor } from './live-cursor.ts';
import type { LiveSpan } from './live-span.ts';

/** `live=long-poll`: 200 with entries as soon as there are some, 204 when the span ends or the log is closed without any. */
export async function answerLongPoll(
  { log, logId, format, query, response }: StreamRead,
  span: LiveSpan,
  stallMs: number,
): Promise<void> {
  let last: Batch<string> | undefined;
  for await (const batch of log.follow(logId, query.offset, span.signal)) {
    last = batch;
    if (batch.entries.length > 0 || batch.closed) break;
  }
  if (response.destroyed) return;
  // Nothing was read when the span was over before it began; a catch-up read still tells the reader where it is.
  last ??= await log.read(logId, query.offset);
  setPositionHeaders(response, last);
  response.setHeader('Stream-Cursor', nextCursor(query.cursor));
  response.setHeader('Cache-Control', 'no-store');
  if (last.entries.length === 0) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': format.contentType });
  endAnswer(response, format.body(last.entries), stallMs);
}
