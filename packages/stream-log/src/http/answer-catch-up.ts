import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Batch, nowOffset, type Offset, type LogReader } from '../stream-log.ts';
import { jsonOf, setPositionHeaders } from './answer-headers.ts';
import type { ReadQuery } from './read-query.ts';

interface CatchUp {
  readonly log: LogReader<unknown>;
  readonly logId: string;
  readonly query: ReadQuery;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** About the longest body in UTF-16 units; a longer log takes another request. */
const longestBody = 8_388_608;

/** A read without `live`: a JSON array of all there is, or 304 when the reader's ETag says it has that. */
export async function answerCatchUp({ log, logId, query, request, response }: CatchUp): Promise<void> {
  const { body, position } = await readAll(log, logId, query.offset);
  const etag = `"${query.offset}:${position.next}${position.closed ? ':closed' : ''}"`;
  setPositionHeaders(response, position);
  response.setHeader('ETag', etag);
  // Whether the reader may still read is for the host to say each time, so a cache must ask before it answers.
  response.setHeader('Cache-Control', query.offset === nowOffset ? 'no-store' : 'private, no-cache');
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

/** Goes on past the first batch: the stock client, told not to go live, takes one answer for the whole log. */
async function readAll(log: LogReader<unknown>, logId: string, after: Offset) {
  let position: Batch<unknown> = await log.read(logId, after);
  let body = jsonOf(position.entries);
  while (!position.upToDate && body.length < longestBody) {
    await nextTurn();
    position = await log.read(logId, position.next);
    if (position.entries.length > 0) body = `${body.slice(0, -1)},${jsonOf(position.entries).slice(1)}`;
  }
  return { body, position };
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
