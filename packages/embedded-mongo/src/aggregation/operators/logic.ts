import { compareValues, isEqual } from '../../bson/compare-values.ts';
import { typeRank } from '../../bson/encode-key.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, isTruthy, type OperatorParser } from '../expression.ts';
import { compileList, listOperator, namedOperands } from './operands.ts';

/** Order in expressions, where a missing value is below null. */
function order(left: Value | undefined, right: Value | undefined): number {
  if (left === undefined || right === undefined) {
    if (left === right) return 0;
    const other = left ?? right ?? null;
    const isLower = typeRank(other) >= typeRank(null);
    return (left === undefined) === isLower ? -1 : 1;
  }
  return compareValues(left, right);
}

function comparison(name: string, test: (result: number) => boolean): [string, OperatorParser] {
  return listOperator(name, { min: 2, max: 2 }, ([left, right]) => test(order(left, right)));
}

const and: OperatorParser = (operand, compile) => {
  const parts = compileList('$and', { min: 0 }, operand, compile);
  return (context) => parts.every((evaluate) => isTruthy(evaluate(context)));
};

const or: OperatorParser = (operand, compile) => {
  const parts = compileList('$or', { min: 0 }, operand, compile);
  return (context) => parts.some((evaluate) => isTruthy(evaluate(context)));
};

const cond: OperatorParser = (operand, compile) => {
  const [condition, whenTrue, otherwise] = isDocument(operand)
    ? namedParts(operand).map(compile)
    : compileList('$cond', { min: 3, max: 3 }, operand, compile);
  return (context) => (isTruthy(condition?.(context)) ? whenTrue?.(context) : otherwise?.(context));
};

function namedParts(operand: Value): readonly Value[] {
  const parts = namedOperands('$cond', operand, { required: ['if', 'then', 'else'] });
  return [parts.get('if') ?? null, parts.get('then') ?? null, parts.get('else') ?? null];
}

const ifNull: OperatorParser = (operand, compile) => {
  const parts = compileList('$ifNull', { min: 2 }, operand, compile);
  return (context) => {
    let value: Value | undefined;
    for (const evaluate of parts) {
      value = evaluate(context);
      if (!isNullish(value)) return value;
    }
    return value;
  };
};

const switchCase: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$switch', operand, { required: ['branches'], optional: ['default'] });
  const list = parts.get('branches');
  if (!Array.isArray(list)) throw new CommandError(40_060, "$switch expected an array for 'branches'");
  const branches = list.map((branch) => {
    const named = namedOperands('$switch', branch, { required: ['case', 'then'] });
    return { test: compile(named.get('case') ?? null), result: compile(named.get('then') ?? null) };
  });
  const otherwise = parts.get('default');
  const fallback = otherwise === undefined ? undefined : compile(otherwise);
  return (context) => {
    const hit = branches.find(({ test }) => isTruthy(test(context)));
    if (hit !== undefined) return hit.result(context);
    if (fallback === undefined)
      throw new CommandError(
        40_066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return fallback(context);
  };
};

/** Comparison, truth and choice. */
export const LOGIC_OPERATORS: readonly [string, OperatorParser][] = [
  listOperator(
    '$eq',
    { min: 2, max: 2 },
    ([left, right]) => (left === undefined) === (right === undefined) && isEqual(left, right),
  ),
  listOperator(
    '$ne',
    { min: 2, max: 2 },
    ([left, right]) => (left === undefined) !== (right === undefined) || !isEqual(left, right),
  ),
  comparison('$gt', (result) => result > 0),
  comparison('$gte', (result) => result >= 0),
  comparison('$lt', (result) => result < 0),
  comparison('$lte', (result) => result <= 0),
  listOperator('$cmp', { min: 2, max: 2 }, ([left, right]) => int(Math.sign(order(left, right)))),
  listOperator('$not', { min: 1, max: 1 }, ([value]) => !isTruthy(value)),
  ['$and', and],
  ['$or', or],
  ['$cond', cond],
  ['$ifNull', ifNull],
  ['$switch', switchCase],
];
