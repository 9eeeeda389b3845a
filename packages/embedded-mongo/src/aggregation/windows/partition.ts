import type { Value } from '../../bson/value.ts';
import type { Document } from '../../bson/document.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import type { ExpressionContext } from '../expression.ts';

/** The documents a window function runs over, sorted. */
export interface Partition {
  readonly documents: readonly Document[];
  readonly contexts: readonly ExpressionContext[];
  /** The values of the only field sorted by; all missing when there is none or several. */
  readonly sortValues: readonly (Value | undefined)[];
  /** Tells which neighbours sort alike. */
  readonly sortKeys: readonly string[];
  /** Counts what functions compute for the partition. */
  readonly meter: MemoryMeter;
}

/** A function of `$setWindowFields`: the value of each document of a partition, in order. */
export type WindowFunction = (partition: Partition) => readonly (Value | undefined)[];
