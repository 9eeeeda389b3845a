import type { IncomingMessage, ServerResponse } from 'node:http';
import { defaultContentType, isJsonType } from '../content-type.ts';
import { refusals } from '../refusals.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { StreamInfo, StreamStore } from '../stream-store.ts';
import { setPositionHeaders } from './answer-headers.ts';
import { readBody } from './read-body.ts';
import { splitJson } from './split-json.ts';
import { closesOf, contentTypeOf, expiryOf, forkOf, producerOf, streamSeqOf } from './write-headers.ts';

/** One PUT or POST to be answered. */
export interface StreamWrite {
  readonly store: StreamStore;
  readonly id: string;
  readonly idOf: (url: string) => string | undefined;
  readonly longestBody: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** PUT: 201 for a new stream with its first entries, 200 for one that is there as asked. */
export async function answerCreate({ store, id, idOf, longestBody, request, response }: StreamWrite): Promise<void> {
  const contentType = contentTypeOf(request);
  const fork = forkOf(request, idOf);
  const expiry = expiryOf(request);
  const body = await readBody(request, longestBody);
  const bodyType = contentType ?? (fork === undefined ? defaultContentType : await typeOfSource(store, fork.from));
  const entries = entriesOf(body, bodyType);
  const first = { entries, closes: closesOf(request) };
  const { outcome, info } = await store.create(id, { contentType, fork, ...expiry }, first);
  setPositionHeaders(response, info);
  response.setHeader('Content-Type', info.config.contentType);
  if (outcome === 'created') response.setHeader('Location', locationOf(request));
  response.writeHead(outcome === 'created' ? 201 : 200).end();
}

/**
 * POST: 204 for what was written or is there already; 200 for entries that a producer wrote now. A seal alone needs no
 * body and no content type.
 */
export async function answerAppend({ store, id, longestBody, request, response }: StreamWrite): Promise<void> {
  const producer = producerOf(request);
  const closes = closesOf(request);
  const streamSeq = streamSeqOf(request);
  const body = await readBody(request, longestBody);
  const contentType = body.length === 0 ? undefined : contentTypeOf(request);
  if (body.length === 0 && !closes) throw new StreamLogError('invalid-request', 'There is nothing to append');
  if (body.length > 0 && contentType === undefined) {
    throw new StreamLogError('invalid-request', 'Content-Type must say what is appended');
  }
  const entries = entriesOf(body, contentType ?? defaultContentType);
  if (body.length > 0 && entries.length === 0) throw new StreamLogError('invalid-request', 'The array is empty');
  const { outcome, next, closed, highestSeq } = await store.append(id, {
    entries,
    closes,
    contentType,
    streamSeq,
    producer,
  });
  setPositionHeaders(response, { next, closed });
  if (producer !== undefined) {
    response.setHeader('Producer-Epoch', String(producer.epoch));
    response.setHeader('Producer-Seq', String(highestSeq ?? producer.seq));
  }
  response.writeHead(producer !== undefined && outcome === 'written' && entries.length > 0 ? 200 : 204).end();
}

/** HEAD: what a stream is and where it ends. */
export function answerDescribe(response: ServerResponse, { config, next, closed }: StreamInfo): void {
  setPositionHeaders(response, { next, closed });
  if (config.ttlSeconds !== undefined) response.setHeader('Stream-TTL', String(config.ttlSeconds));
  if (config.expiresAt !== undefined) response.setHeader('Stream-Expires-At', config.expiresAt.toISOString());
  response.writeHead(200, { 'Content-Type': config.contentType, 'Cache-Control': 'no-store' }).end();
}

function entriesOf(body: Buffer, contentType: string): string[] {
  if (body.length === 0) return [];
  return isJsonType(contentType) ? splitJson(body.toString('utf8')) : [body.toString('latin1')];
}

async function typeOfSource(store: StreamStore, from: string): Promise<string> {
  try {
    return (await store.describe(from)).config.contentType;
  } catch (error) {
    if (error instanceof StreamLogError && error.code === 'gone') throw refusals.sourceGone(from);
    throw error;
  }
}

function locationOf({ headers, url = '/' }: IncomingMessage): string {
  return `http://${headers.host ?? 'localhost'}${url.split('?')[0] ?? ''}`;
}
