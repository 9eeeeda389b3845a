import type { Value } from '../../bson/value.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import type { Expression, ExpressionContext } from '../expression.ts';

/** Takes values one by one and says at the end what they come to; undefined stands for a missing value. */
export interface Accumulator {
  add(value: Value | undefined): void;
  /** May be asked for again after further values; what it returned before does not change. */
  result(): Value | undefined;
}

/** An accumulator as parsed from a stage: what it takes of each document, and how a group or window starts one. */
export interface AccumulatorField {
  readonly evaluate: Expression;
  /** The expression for `n` of `$firstN` and the like, as sent. */
  readonly count?: Value | undefined;
  /**
   * The context's root is the group's `_id`, which `n` of `$firstN` and the like may refer to. Lists that grow with
   * every value are counted by the meter, when there is one.
   */
  readonly start: (context: ExpressionContext, meter?: MemoryMeter) => Accumulator;
}
