import { addNumbers, divideNumbers, multiplyNumbers, toDouble, type Numeric } from '../../bson/arithmetic.ts';
import { isDocument, int, isNumber, typeName, type Value } from '../../bson/value.ts';
import type { SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileExpression } from '../compile-expression.ts';
import { fixedMilliseconds, parseTimeUnit } from '../date-steps.ts';
import { isNullish, type Expression } from '../expression.ts';
import type { Partition, WindowFunction } from './partition.ts';
import { framesOf, isDate, type Frame, type WindowBounds } from './window-bounds.ts';

interface Calculus {
  readonly input: Expression;
  /** The milliseconds of `unit`; without one the field sorted by must hold numbers. */
  readonly unit: bigint | undefined;
}

/**
 * Parses `$derivative` and `$integral`: `{input, unit}` over a sort by one field, which must hold dates
 * when there is a unit and numbers otherwise (manual: "$derivative", "$integral").
 */
export function parseCalculus(
  name: '$derivative' | '$integral',
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  bounds: WindowBounds | undefined,
): WindowFunction {
  if (!isDocument(operand)) throw failed(`${name} expects an object, but got a ${typeName(operand)}`);
  for (const [field] of operand.entries()) {
    if (field !== 'input' && field !== 'unit') throw failed(`${name} got unexpected argument: ${field}`);
  }
  const input = operand.get('input');
  if (input === undefined) throw failed(`${name} requires an 'input' expression`);
  const [field, second] = sortBy ?? [];
  if (field === undefined) throw failed(`${name} requires a sortBy`);
  if (second !== undefined) throw failed(`${name} requires a non-compound sortBy`);
  if (bounds === undefined) {
    if (name === '$derivative') throw failed('$derivative requires explicit window bounds');
    bounds = { kind: 'documents', lower: 'unbounded', upper: 'unbounded' };
  }
  const parsed = { input: compileExpression(input), unit: parseUnit(operand.get('unit')) };
  const apply = name === '$derivative' ? derivative : integral;
  const window = bounds;
  return (partition) => apply(parsed, partition, framesOf(window, partition));
}

function parseUnit(value: Value | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  const milliseconds = fixedMilliseconds(parseTimeUnit(value));
  if (milliseconds === undefined) throw new CommandError(5_490_710, "unit must be 'week' or smaller");
  return milliseconds;
}

/** The distance between two values sorted by: milliseconds between dates, the difference of numbers. */
function distance(left: Value | undefined, right: Value | undefined): Numeric {
  if (isDate(left) && isDate(right)) return right.milliseconds - left.milliseconds;
  if (isNumber(left) && isNumber(right)) return subtract(right, left);
  throw new CommandError('TypeMismatch', 'the values of the sortBy field must be all numbers or all dates');
}

function subtract(left: Numeric, right: Numeric): Numeric {
  return addNumbers(left, multiplyNumbers(right, int(-1), 'double'), 'double');
}

function derivative({ input, unit }: Calculus, partition: Partition, frames: readonly Frame[]): readonly Value[] {
  return frames.map(({ from, to }) => {
    const [left, right] = [partition.contexts[from], partition.contexts[to - 1]];
    if (from >= to || left === undefined || right === undefined) return null;
    const [start, end] = [partition.sortValues[from], partition.sortValues[to - 1]];
    if (unit === undefined) {
      if (isDate(start) || isDate(end))
        throw new CommandError(5_624_901, "$derivative where the sortBy is a Date requires an 'unit'");
      if (!isNumber(start) || !isNumber(end))
        throw new CommandError(5_624_902, "$derivative (with no 'unit') expects the sortBy field to be numeric");
    } else if (!isDate(start) || !isDate(end)) {
      throw new CommandError(5_624_900, "$derivative with 'unit' expects the sortBy field to be a Date");
    }
    const [low, high] = [input(left), input(right)];
    if (isNullish(low) || isNullish(high))
      throw new CommandError(5_624_903, '$derivative input must not be null or missing');
    if (!isNumber(low) || !isNumber(high))
      throw new CommandError('TypeMismatch', '$derivative expects the input to be numeric');
    const run = distance(start, end);
    if (toDouble(run) === 0) return null;
    const slope = divideNumbers(subtract(high, low), run);
    return unit === undefined ? slope : multiplyNumbers(slope, Number(unit), 'double');
  });
}

function integral({ input, unit }: Calculus, partition: Partition, frames: readonly Frame[]): readonly Value[] {
  const points = partition.contexts.map((context, index) => {
    const [x, y] = [partition.sortValues[index], input(context)];
    if (!isNumber(y) || !(isNumber(x) || isDate(x))) {
      throw new CommandError(
        5_423_900,
        'The input value of $integral window function must be a vector of 2 value, the first value must be numeric or date type and the second must be numeric.',
      );
    }
    if (isDate(x) && unit === undefined)
      throw new CommandError(5_423_902, "$integral (with no 'unit') expects the sortBy field to be numeric");
    if (!isDate(x) && unit !== undefined)
      throw new CommandError(5_423_901, "$integral with 'unit' expects the sortBy field to be a Date");
    return { x, y };
  });
  return frames.map(({ from, to }) => {
    if (from >= to) return null;
    let area: Numeric = int(0);
    for (let index = from + 1; index < to; index += 1) {
      const [left, right] = [points[index - 1], points[index]];
      if (left === undefined || right === undefined) continue;
      const doubled = multiplyNumbers(addNumbers(left.y, right.y, 'double'), distance(left.x, right.x), 'double');
      area = addNumbers(area, divideNumbers(doubled, int(2)), 'double');
    }
    return unit === undefined ? area : divideNumbers(area, unit);
  });
}

/** Parses `$linearFill`: missing numbers on the line between their neighbours (manual: "$linearFill"). */
export function parseLinearFill(
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  window: Value | undefined,
): WindowFunction {
  if (window !== undefined) throw failed("'window' field is not allowed in $linearFill");
  if (sortBy?.length !== 1) {
    throw new CommandError(
      605_001,
      '$linearFill must be specified with a top level sortBy expression with exactly one element',
    );
  }
  const input = compileExpression(operand);
  return (partition) => {
    const values = partition.contexts.map(input);
    checkLine(partition, values);
    let before: number | undefined;
    return values.map((value, index) => {
      if (isNumber(value)) {
        before = index;
        return value;
      }
      const after = values.findIndex((other, position) => position > index && isNumber(other));
      if (before === undefined || after === -1) return null;
      return interpolate(partition, values, { before, after, index });
    });
  };
}

function checkLine({ sortValues, sortKeys }: Partition, values: readonly (Value | undefined)[]): void {
  for (const [index, value] of values.entries()) {
    if (!isNumber(value) && value !== undefined && value !== null) {
      throw new CommandError(
        'TypeMismatch',
        `Value to be filled must be numeric or nullish, but found ${typeName(value)}`,
      );
    }
    const place = sortValues[index];
    if (!isNumber(place) && !isDate(place)) {
      throw new CommandError(
        'TypeMismatch',
        `Value of the sortBy field must be numeric or a date, but found ${place === undefined ? 'missing' : typeName(place)}`,
      );
    }
    if (index === 0) continue;
    if (sortKeys[index - 1] === sortKeys[index])
      throw new CommandError(6_050_106, 'There can be no repeated values in the sort field');
    if (isDate(place) !== isDate(sortValues[index - 1]))
      throw new CommandError('TypeMismatch', 'Conflicting sort value types in $linearFill');
  }
}

function interpolate(
  { sortValues }: Partition,
  values: readonly (Value | undefined)[],
  { before, after, index }: { before: number; after: number; index: number },
): Value {
  const [low, high] = [values[before], values[after]];
  if (!isNumber(low) || !isNumber(high)) return null;
  const slope = divideNumbers(subtract(high, low), distance(sortValues[before], sortValues[after]));
  return addNumbers(low, multiplyNumbers(distance(sortValues[before], sortValues[index]), slope, 'double'), 'double');
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}
