import type { IncomingMessage } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';
import { nowOffset, startOffset } from '../stream-log.ts';
import type { ForkRequest, ProducedAppend } from '../stream-store.ts';

const mediaTypePattern = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;.*)?$/;
const countPattern = /^(0|[1-9][0-9]*)$/;
/** Longest TTL in seconds: its milliseconds are still a date. */
const longestTtl = 8_640_000_000_000 / 1_000;
const timestampPattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
/** How the protocol's own server writes the start of every stream; its clients may name it for a fork. */
const zeroOffset = '0000000000000000_0000000000000000';

/** A header's value as text; `undefined` when it is absent. */
function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function refuse(message: string): never {
  throw new StreamLogError('invalid-request', message);
}

function countOf(request: IncomingMessage, name: string, longest = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = header(request, name.toLowerCase());
  if (text === undefined) return undefined;
  if (!countPattern.test(text) || Number(text) > longest) refuse(`${name} must be a whole number of 0 to ${longest}`);
  return Number(text);
}

export function contentTypeOf(request: IncomingMessage): string | undefined {
  const text = header(request, 'content-type')?.trim();
  if (text === undefined || text === '') return undefined;
  if (!mediaTypePattern.test(text)) refuse('Content-Type must be a media type');
  return text;
}

export function closesOf(request: IncomingMessage): boolean {
  return header(request, 'stream-closed')?.toLowerCase() === 'true';
}

export function streamSeqOf(request: IncomingMessage): string | undefined {
  return header(request, 'stream-seq');
}

/** `Stream-TTL` in seconds, or `Stream-Expires-At` as an RFC 3339 timestamp; one of them at most. */
export function expiryOf(request: IncomingMessage): { ttlSeconds?: number | undefined; expiresAt?: Date | undefined } {
  const ttlSeconds = countOf(request, 'Stream-TTL', longestTtl);
  const timestamp = header(request, 'stream-expires-at');
  if (timestamp === undefined) return { ttlSeconds };
  if (ttlSeconds !== undefined) refuse('Stream-TTL and Stream-Expires-At exclude each other');
  const expiresAt = new Date(timestamp);
  if (!timestampPattern.test(timestamp) || Number.isNaN(expiresAt.getTime())) {
    refuse('Stream-Expires-At must be an RFC 3339 timestamp');
  }
  return { expiresAt };
}

/** The three `Producer-` headers, which come together or not at all. */
export function producerOf(request: IncomingMessage): ProducedAppend | undefined {
  const id = header(request, 'producer-id');
  const epoch = countOf(request, 'Producer-Epoch');
  const seq = countOf(request, 'Producer-Seq');
  if (id === undefined && epoch === undefined && seq === undefined) return undefined;
  if (id === undefined || id === '' || epoch === undefined || seq === undefined) {
    refuse('Producer-Id, Producer-Epoch and Producer-Seq go together, and none of them is empty');
  }
  return { id, epoch, seq };
}

/** The three `Stream-Fork` headers; `idOf` knows the stream of a path or URL. */
export function forkOf(request: IncomingMessage, idOf: (url: string) => string | undefined): ForkRequest | undefined {
  const source = header(request, 'stream-forked-from');
  const offset = header(request, 'stream-fork-offset');
  const subOffset = countOf(request, 'Stream-Fork-Sub-Offset');
  if (source === undefined) {
    if (offset === undefined && subOffset === undefined) return undefined;
    return refuse('Stream-Fork-Offset and Stream-Fork-Sub-Offset need Stream-Forked-From');
  }
  const from = idOf(source) ?? refuse('Stream-Forked-From must be the path of a stream');
  return { from, offset: offset === zeroOffset ? startOffset : (offset ?? nowOffset), subOffset };
}
