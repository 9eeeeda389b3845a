import { toInteger } from '../../bson/arithmetic.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileExpression } from '../compile-expression.ts';
import { constantValue } from '../constant-value.ts';
import { isNullish } from '../expression.ts';
import type { Partition, WindowFunction } from './partition.ts';

const RANKS: ReadonlyMap<string, (partition: Partition) => readonly bigint[]> = new Map([
  ['$rank', ({ sortKeys }: Partition) => ranksOf(sortKeys, (_rank, index) => BigInt(index + 1))],
  ['$denseRank', ({ sortKeys }: Partition) => ranksOf(sortKeys, (rank) => rank + 1n)],
  ['$documentNumber', ({ sortKeys }: Partition) => sortKeys.map((_key, index) => BigInt(index + 1))],
]);

function ranksOf(sortKeys: readonly string[], next: (rank: bigint, index: number) => bigint): readonly bigint[] {
  let rank = 0n;
  return sortKeys.map((key, index) => {
    if (index === 0 || key !== sortKeys[index - 1]) rank = next(rank, index);
    return rank;
  });
}

/** Parses `$rank`, `$denseRank` or `$documentNumber`; undefined for other names (manual: "$rank"). */
export function parseRank(
  name: string,
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  window: Value | undefined,
): WindowFunction | undefined {
  const rank = RANKS.get(name);
  if (rank === undefined) return undefined;
  if (window !== undefined) throw new CommandError(5_371_601, 'Rank style window functions take no other arguments');
  if (sortBy?.length !== 1) {
    throw new CommandError(
      5_371_602,
      `${name} must be specified with a top level sortBy expression with exactly one element`,
    );
  }
  if (!isDocument(operand) || operand.firstName() !== undefined) {
    throw new CommandError(5_371_603, `${name} must be specified with '{}' as the value`);
  }
  return rank;
}

/** Parses `$shift`: `{output, by, default}`, the value of a neighbour (manual: "$shift"). */
export function parseShift(
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  window: Value | undefined,
): WindowFunction {
  if (sortBy === undefined) throw failed("'$shift' requires a sortBy");
  if (window !== undefined) throw failed("$shift does not accept a 'window' field");
  if (!isDocument(operand)) throw failed('Argument to $shift must be an object');
  for (const [name] of operand.entries()) {
    if (!['output', 'by', 'default'].includes(name)) throw failed(`Unknown argument in $shift: ${name}`);
  }
  const [output, by, fallback] = ['output', 'by', 'default'].map((name) => operand.get(name));
  if (output === undefined || by === undefined) throw failed("$shift requires 'output' and 'by' to be specified.");
  const distance = toInteger(by);
  if (distance === undefined) throw failed(`'$shift:by' field must be an integer, but found ${formatValue(by)}`);
  const evaluate = compileExpression(output);
  const ownDefault = fallback === undefined ? null : constantValue(fallback);
  if (ownDefault === undefined) {
    throw failed(`'$shift:default' expression must yield a constant value, but got: ${formatValue(fallback ?? null)}`);
  }
  return ({ contexts }) =>
    contexts.map((_context, index) => {
      const neighbour = contexts[index + Number(distance)];
      return neighbour === undefined ? ownDefault : (evaluate(neighbour) ?? ownDefault);
    });
}

/** Parses `$locf`: the value itself, or the last one before it that is not null (manual: "$locf"). */
export function parseLocf(operand: Value, window: Value | undefined): WindowFunction {
  if (window !== undefined) throw failed("'window' field is not allowed in $locf");
  const evaluate = compileExpression(operand);
  return ({ contexts }) => {
    let latest: Value | undefined = null;
    return contexts.map((context) => {
      const value = evaluate(context);
      if (!isNullish(value)) latest = value;
      return latest;
    });
  };
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}
