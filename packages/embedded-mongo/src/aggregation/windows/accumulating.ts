import { Document } from '../../bson/document.ts';
import type { Value } from '../../bson/value.ts';
import type { AccumulatorField } from '../accumulators/accumulator.ts';
import type { Partition, WindowFunction } from './partition.ts';
import { framesOf, type WindowBounds } from './window-bounds.ts';

const NO_FIELDS = new Document(new Map());

/** An accumulator over the window of each document; one that only grows takes each document once. */
export function accumulating(field: AccumulatorField, bounds: WindowBounds): WindowFunction {
  return (partition) => {
    const values = partition.contexts.map((context) => field.evaluate(context));
    return bounds.lower === 'unbounded'
      ? growing(field, bounds, partition, values)
      : sliding(field, bounds, partition, values);
  };
}

function growing(
  field: AccumulatorField,
  bounds: WindowBounds,
  partition: Partition,
  values: readonly (Value | undefined)[],
): readonly (Value | undefined)[] {
  const accumulator = start(field, partition);
  let taken = 0;
  let latest: { readonly value: Value | undefined } | undefined;
  return framesOf(bounds, partition).map(({ to }) => {
    if (taken < to) latest = undefined;
    for (; taken < to; taken += 1) accumulator.add(values[taken]);
    if (latest === undefined) {
      latest = { value: accumulator.result() };
      partition.meter.keep(latest.value);
    }
    return latest.value;
  });
}

function sliding(
  field: AccumulatorField,
  bounds: WindowBounds,
  partition: Partition,
  values: readonly (Value | undefined)[],
): readonly (Value | undefined)[] {
  return framesOf(bounds, partition).map(({ from, to }) => {
    const accumulator = start(field, partition);
    for (let index = from; index < to; index += 1) accumulator.add(values[index]);
    const result = accumulator.result();
    partition.meter.keep(result);
    return result;
  });
}

function start(field: AccumulatorField, partition: Partition): ReturnType<AccumulatorField['start']> {
  return field.start({ root: NO_FIELDS, variables: partition.contexts[0]?.variables ?? new Map() });
}
