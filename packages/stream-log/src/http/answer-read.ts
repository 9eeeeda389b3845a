import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogReader } from '../stream-log.ts';
import { answerCatchUp } from './answer-catch-up.ts';
import { answerEvents } from './answer-events.ts';
import { answerLongPoll } from './answer-long-poll.ts';
import { startLiveSpan } from './live-span.ts';
import type { ReadQuery } from './read-query.ts';
import type { StreamFormat } from './stream-format.ts';

/** How long live answers last. */
export interface LiveOptions {
  /** Longest silence of an event stream, 15 s unless told. */
  readonly heartbeatMs?: number;
  /** Longest wait of a long-poll, 20 s unless told. */
  readonly longPollMs?: number;
  /** Longest life of one event stream, 60 s unless told; the client resumes. */
  readonly sseMaxMs?: number;
  /** How long a client may take nothing of an answer that is ready, 60 s unless told. */
  readonly stallMs?: number;
  /** When it aborts, live answers end, so that a server can drain. */
  readonly signal?: AbortSignal;
}

/** One read to be answered. */
export interface StreamRead {
  readonly log: LogReader<string>;
  readonly logId: string;
  readonly format: StreamFormat;
  readonly query: ReadQuery;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a GET in the mode it asks for. Rejects with a `StreamLogError` before anything is written. */
export async function answerRead(
  read: StreamRead,
  { heartbeatMs = 15_000, longPollMs = 20_000, sseMaxMs = 60_000, stallMs = 60_000, signal }: LiveOptions,
): Promise<void> {
  const { query, response } = read;
  if (query.live === 'no') return answerCatchUp(read, stallMs);
  const span = startLiveSpan(response, query.live === 'sse' ? sseMaxMs : longPollMs, signal);
  try {
    if (query.live === 'sse') await answerEvents(read, span, heartbeatMs);
    else await answerLongPoll(read, span, stallMs);
  } finally {
    span.end();
  }
}
