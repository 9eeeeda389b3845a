import { compareValues, isEqual } from '../../bson/compare-values.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, isTruthy, type OperatorParser } from '../expression.ts';
import { ARGUMENT_WORDING, compileList, listOperator, namedOperands, PARAMETER_WORDING, typeOf } from './operands.ts';

/** Order in expressions, where a missing value is below null. */
function order(left: Value | undefined, right: Value | undefined): number {
  return compareValues(present(left), present(right));
}

/** A value as expressions compare it: a missing one is undefined, below null and above MinKey. */
function present(value: Value | undefined): Value {
  return value === undefined ? { kind: 'undefined' } : value;
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
  const codes = { object: 17_083, unknown: 17_083, missing: [17_080, 17_081, 17_082] };
  const parts = namedOperands('$cond', operand, {
    required: ['if', 'then', 'else'],
    codes,
    wording: PARAMETER_WORDING,
  });
  return [parts.get('if') ?? null, parts.get('then') ?? null, parts.get('else') ?? null];
}

const ifNull: OperatorParser = (operand, compile) => {
  const given = Array.isArray(operand) ? operand.length : 1;
  if (given < 2) throw new CommandError(1_257_300, `$ifNull needs at least two arguments, had: ${String(given)}`);
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

const SWITCH_WORDING = { ...ARGUMENT_WORDING, missing: () => '$switch requires at least one branch.' };
const BRANCH_WORDING = {
  object: (_name: string, type: string) => `$switch expected each branch to be an object, found: ${type}`,
  unknown: (_name: string, part: string) => `$switch found an unknown argument to a branch: ${part}`,
  missing: (_name: string, part: string) => `$switch requires each branch have a '${part}' expression`,
};

const switchCase: OperatorParser = (operand, compile) => {
  const codes = { object: 40_060, unknown: 40_067, missing: 40_068 };
  const known = { required: ['branches'], optional: ['default'], codes, wording: SWITCH_WORDING };
  const parts = namedOperands('$switch', operand, known);
  const list = parts.get('branches');
  if (!Array.isArray(list)) {
    throw new CommandError(40_061, `$switch expected an array for 'branches', found: ${typeOf(list)}`);
  }
  if (list.length === 0) throw new CommandError(40_068, '$switch requires at least one branch.');
  const branches = list.map((branch) => {
    const branchCodes = { object: 40_062, unknown: 40_063, missing: [40_064, 40_065] };
    const inBranch = { required: ['case', 'then'], codes: branchCodes, wording: BRANCH_WORDING };
    const named = namedOperands('$switch', branch, inBranch);
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
  listOperator('$eq', { min: 2, max: 2 }, ([left, right]) => isEqual(present(left), present(right))),
  listOperator('$ne', { min: 2, max: 2 }, ([left, right]) => !isEqual(present(left), present(right))),
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
