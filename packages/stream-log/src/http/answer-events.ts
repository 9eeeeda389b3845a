import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';
import type { Batch } from '../stream-log.ts';
import type { StreamRead } from './answer-read.ts';
import { nextCursor } from './live-cursor.ts';
import type { LiveSpan } from './live-span.ts';
import type { StreamFormat } from './stream-format.ts';

/**
 * `live=sse`: each batch as a `data` event, followed by a `control` event; a comment when nothing was sent for
 * `heartbeatMs`. Ends with the span, after the closed control event, or when the log is removed or lost. A reader that
 * takes its bytes slowly is not read for until it has taken them.
 */
export async function answerEvents(
  { log, logId, format, query, response }: StreamRead,
  span: LiveSpan,
  heartbeatMs: number,
): Promise<void> {
  const heartbeat = setInterval(() => {
    if (response.headersSent && !response.writableNeedDrain) response.write(': heartbeat\n\n');
  }, heartbeatMs);
  let cursor = query.cursor;
  try {
    for await (const batch of log.follow(logId, query.offset, span.signal)) {
      if (!response.headersSent) startEvents(response, format);
      cursor = nextCursor(cursor);
      heartbeat.refresh();
      if (!response.write(toEvents(batch, format, cursor))) await drained(response, span.signal);
    }
    if (!response.headersSent) startEvents(response, format);
  } catch (error) {
    // Once the answer has begun, only its end can tell: the reader comes back and is answered with the status.
    if (!response.headersSent || !(error instanceof StreamLogError) || error.code === 'corrupt') throw error;
  } finally {
    clearInterval(heartbeat);
    if (response.headersSent) finish(response);
  }
}

function startEvents(response: ServerResponse, { eventEncoding }: StreamFormat): void {
  if (eventEncoding !== undefined) response.setHeader('Stream-SSE-Data-Encoding', eventEncoding);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-store, no-transform',
    // nginx would hold events back until its buffer is full.
    'X-Accel-Buffering': 'no',
  });
}

function toEvents(batch: Batch<string>, format: StreamFormat, streamCursor: string): string {
  const { entries, next, upToDate, closed } = batch;
  const data = entries.length > 0 ? format.event(entries) : '';
  const control = {
    streamNextOffset: next,
    ...(upToDate && { upToDate }),
    ...(closed ? { streamClosed: true } : { streamCursor }),
  };
  return `${data}event: control\ndata:${JSON.stringify(control)}\n\n`;
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Ends the answer; a client that does not even take what was sent is cut off, and resumes from its last control event. */
function finish(response: ServerResponse): void {
  if (response.writableNeedDrain) response.destroy();
  else response.end();
}
