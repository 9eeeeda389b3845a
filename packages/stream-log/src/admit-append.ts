import { refusals } from './refusals.ts';
import type { Producer } from './stream-log.ts';

/** What a store remembers about one producer of a log. */
export interface ProducerState {
  readonly epoch: number;
  readonly nextSeq: number;
  /** Length of the log after the producer's latest append. */
  readonly reached: number;
}

/** One append, or one close, as it comes in. */
export interface Arrival {
  readonly id: string;
  readonly producer: Producer;
  readonly seq: number;
  readonly seals: boolean;
}

/**
 * Decides about an arrival by the rules of Durable Streams' idempotent producers: `write` it, or recognise a
 * `duplicate`. Throws `fenced`, `closed` or `sequence-gap`. The Redis store has the same rules in Lua.
 */
export function admitAppend(
  { id, producer, seq, seals }: Arrival,
  known: ProducerState | undefined,
  logIsClosed: boolean,
): 'write' | 'duplicate' {
  if (known !== undefined && producer.epoch < known.epoch) throw refusals.fenced(id, producer, known.epoch);
  const expectedSeq = known?.epoch === producer.epoch ? known.nextSeq : 0;
  // A number that an append used is no repeated close while the log is open: its caller would think it sealed.
  if (seq < expectedSeq && (logIsClosed || !seals)) return 'duplicate';
  if (logIsClosed) throw refusals.closed(id);
  if (seq !== expectedSeq) throw refusals.sequenceGap(id, producer, seq, expectedSeq);
  return 'write';
}
