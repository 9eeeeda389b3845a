import { mediaTypeOf } from './content-type.ts';
import { refusals } from './refusals.ts';
import type { Offset } from './stream-log.ts';
import type { Append } from './stream-store.ts';

/** What a store remembers about one producer of a log. */
export interface ProducerState {
  readonly epoch: number;
  readonly nextSeq: number;
  /** Length of the log after the producer's latest append. */
  readonly reached: number;
}

/** What a store knows of a stream that somebody wants to append to. */
export interface AppendTarget {
  readonly id: string;
  readonly contentType: string;
  readonly next: Offset;
  readonly closed: boolean;
  /** The greatest `streamSeq` so far. */
  readonly streamSeq: string | undefined;
}

/**
 * Decides about an append by the rules of Durable Streams: `write` it, or recognise a `duplicate`. Throws `conflict`,
 * `fenced`, `closed` or `sequence-gap`. A store that decides in another language has these rules in this order.
 */
export function admitAppend(
  target: AppendTarget,
  known: ProducerState | undefined,
  append: Append,
): 'write' | 'duplicate' {
  const { id, contentType, next, closed, streamSeq } = target;
  if (append.contentType !== undefined && mediaTypeOf(append.contentType) !== mediaTypeOf(contentType)) {
    // The protocol's answer names the seal even then.
    throw closed ? refusals.closed(id, next) : refusals.otherType(id, contentType);
  }
  if (append.producer === undefined) {
    if (closed && append.closes && append.entries.length === 0) return 'duplicate';
  } else if (isRepeated(target, known, append, append.producer)) return 'duplicate';
  if (closed) throw refusals.closed(id, next);
  if (append.producer !== undefined) {
    const { seq, epoch } = append.producer;
    const expectedSeq = known?.epoch === epoch ? known.nextSeq : 0;
    if (seq !== expectedSeq) throw refusals.sequenceGap(id, append.producer, seq, expectedSeq, known?.epoch);
  }
  if (append.streamSeq !== undefined && streamSeq !== undefined && append.streamSeq <= streamSeq) {
    throw refusals.streamSeq(id);
  }
  return 'write';
}

function isRepeated(
  { id, closed }: AppendTarget,
  known: ProducerState | undefined,
  { closes }: Append,
  { seq, ...producer }: NonNullable<Append['producer']>,
): boolean {
  if (known === undefined) return false;
  if (producer.epoch < known.epoch) throw refusals.fenced(id, producer, known.epoch);
  // A number that an append used is no repeated close while the log is open: its caller would think it sealed.
  return producer.epoch === known.epoch && seq < known.nextSeq && (closed || !closes);
}
