import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Batch, type LogReader, nowOffset, type Offset } from '../stream-log.ts';
import { setPositionHeaders } from './answer-headers.ts';
import type { StreamRead } from './answer-read.ts';
import { endAnswer } from './end-answer.ts';

/** About the longest body in UTF-16 units; a longer log takes another request. */
const longestBody = 8_388_608;

/** A read without `live`: all there is, or 304 when the reader's ETag says it has that. */
export async function answerCatchUp(
  { log, logId, format, query, request, response }: StreamRead,
  stallMs: number,
): Promise<void> {
  const { entries, position } = await readAll(log, logId, query.offset);
  const etag = `"${query.offset}:${position.next}${position.closed ? ':closed' : ''}"`;
  setPositionHeaders(response, position);
  response.setHeader('ETag', etag);
  // Whether the reader may still read is for the host to say each time, so a cache must ask before it answers.
  response.setHeader('Cache-Control', query.offset === nowOffset ? 'no-store' : 'private, no-cache');
  if (matches(request, etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': format.contentType });
  endAnswer(response, format.body(entries), stallMs);
}

/** Goes on past the first batch: the stock client, told not to go live, takes one answer for the whole log. */
async function readAll(log: LogReader<string>, logId: string, after: Offset) {
  let position: Batch<string> = await log.read(logId, after);
  const entries = [...position.entries];
  let size = sizeOf(entries);
  while (!position.upToDate && size < longestBody) {
    await nextTurn();
    position = await log.read(logId, position.next);
    entries.push(...position.entries);
    size += sizeOf(position.entries);
  }
  return { entries, position };
}

function sizeOf(entries: readonly string[]): number {
  return entries.reduce((size, entry) => size + entry.length, 0);
}

function matches({ headers }: IncomingMessage, etag: string): boolean {
  const candidates = headers['if-none-match']?.split(',') ?? [];
  return candidates.some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
