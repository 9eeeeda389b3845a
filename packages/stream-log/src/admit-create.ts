import { defaultContentType, isJsonType, mediaTypeOf } from './content-type.ts';
import { type Ancestor, type Incarnation, parseOffset, positionOf } from './offset.ts';
import { refusals } from './refusals.ts';
import { nowOffset, startOffset } from './stream-log.ts';
import type { ForkRequest, StreamConfig, StreamInfo, StreamRequest } from './stream-store.ts';

/** A fork as it is to be made. */
export interface ForkPlan {
  readonly config: StreamConfig;
  /** How many of the source's entries are the fork's, too. */
  readonly shared: number;
  /** How many bytes of the source's entry at `shared` are the fork's first own entry; 0 for none. */
  readonly prefixBytes: number;
  readonly ancestors: readonly Ancestor[];
}

/** The configuration of a new stream that is no fork. */
export function configOf({ contentType = defaultContentType, ttlSeconds, expiresAt }: StreamRequest): StreamConfig {
  return { contentType, ttlSeconds, expiresAt, fork: undefined };
}

/**
 * Whether a stream is what a repeated request would make: same type, expiry, source and seal. What a request for a fork
 * leaves open is as the first one found it.
 */
export function matchesRequest({ config, closed }: StreamInfo, request: StreamRequest, closes: boolean): boolean {
  const { contentType, ttlSeconds, expiresAt, fork } = request;
  const wantedType = contentType ?? (fork === undefined ? defaultContentType : config.contentType);
  const inheritsExpiry = fork !== undefined && ttlSeconds === undefined && expiresAt === undefined;
  return (
    closed === closes &&
    mediaTypeOf(wantedType) === mediaTypeOf(config.contentType) &&
    (inheritsExpiry || (ttlSeconds === config.ttlSeconds && expiresAt?.getTime() === config.expiresAt?.getTime())) &&
    matchesFork(config.fork, fork)
  );
}

function matchesFork(made: StreamConfig['fork'], wanted: ForkRequest | undefined): boolean {
  if (made === undefined || wanted === undefined) return made === wanted;
  if (made.from !== wanted.from || made.subOffset !== (wanted.subOffset ?? 0)) return false;
  const { offset = nowOffset } = wanted;
  if (offset === nowOffset) return true;
  return (offset === startOffset ? 0 : parseOffset(offset)?.position) === made.position;
}

/**
 * Decides how a fork of `source` is made. Throws `conflict` for another type, `invalid-offset` for an offset that the
 * source never gave out, or a `subOffset` beyond its end; a prefix longer than its entry is for `prefixOf` to refuse.
 */
export function planFork(source: Incarnation, sourceConfig: StreamConfig, request: StreamRequest): ForkPlan {
  const { offset = nowOffset, subOffset = 0 } = request.fork ?? {};
  const { contentType } = sourceConfig;
  if (request.contentType !== undefined && mediaTypeOf(request.contentType) !== mediaTypeOf(contentType)) {
    throw refusals.otherType(source.id, contentType);
  }
  const position = positionOf(source, offset);
  const countsEntries = isJsonType(contentType);
  const shared = position + (countsEntries ? subOffset : 0);
  const prefixBytes = countsEntries ? 0 : subOffset;
  if (shared > source.length || (prefixBytes > 0 && shared === source.length)) {
    throw refusals.unknownOffset(source.id);
  }
  const inheritsExpiry = request.ttlSeconds === undefined && request.expiresAt === undefined;
  const { ttlSeconds, expiresAt } = inheritsExpiry ? sourceConfig : request;
  return {
    config: { contentType, ttlSeconds, expiresAt, fork: { from: source.id, position, subOffset } },
    shared,
    prefixBytes,
    ancestors: [
      ...(source.ancestors ?? []).map(({ incarnation, length }) => ({ incarnation, length: Math.min(length, shared) })),
      { incarnation: source.incarnation, length: shared },
    ],
  };
}

/** The first bytes of an entry. Throws `invalid-offset` when it has fewer. */
export function prefixOf(entry: string, bytes: number, sourceId: string): string {
  if (bytes > entry.length) throw refusals.unknownOffset(sourceId);
  return entry.slice(0, bytes);
}

/** When a stream expires that was last read or written at `touchedAt`, in ms of the store's clock; `undefined` for never. */
export function expiryOf({ ttlSeconds, expiresAt }: StreamConfig, touchedAt: number): number | undefined {
  return ttlSeconds === undefined ? expiresAt?.getTime() : touchedAt + ttlSeconds * 1_000;
}
