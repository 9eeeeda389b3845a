import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isTruthy, isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import { checkVariableName, withNames } from '../variable-scope.ts';
import { ARGUMENT_WORDING, namedOperands, PARAMETER_WORDING, typeOf, wholeNumber } from './operands.ts';

function withVariable(context: ExpressionContext, name: string, value: Value | undefined): ExpressionContext {
  return { ...context, variables: new Map(context.variables).set(name, value) };
}

function variableName(name: string, value: Value | undefined): string {
  if (value === undefined) return 'this';
  if (typeof value === 'string') return checkVariableName(value);
  throw new CommandError('TypeMismatch', `${name} requires 'as' to be a string, found: ${typeOf(value)}`);
}

const letIn: OperatorParser = (operand, compile) => {
  const codes = { object: 16_874, unknown: 16_875, missing: [16_876, 16_877] };
  const parts = namedOperands('$let', operand, { required: ['vars', 'in'], codes, wording: PARAMETER_WORDING });
  const names = parts.get('vars');
  if (!isDocument(names)) {
    throw new CommandError(10_065, `invalid parameter: expected an object (vars), found: ${typeOf(names)}`);
  }
  const bindings = [...names.entries()].map(([name, value]): [string, Expression] => [
    checkVariableName(name),
    compile(value),
  ]);
  const body = withNames(
    bindings.map(([name]) => name),
    () => compile(parts.get('in') ?? null),
  );
  return (context) => {
    const variables = new Map(context.variables);
    for (const [name, evaluate] of bindings) variables.set(name, evaluate(context));
    return body({ ...context, variables });
  };
};

const map: OperatorParser = (operand, compile) => {
  const codes = { object: 16_878, unknown: 16_879, missing: [16_880, 16_882] };
  const known = { required: ['input', 'in'], optional: ['as'], codes, wording: PARAMETER_WORDING };
  const parts = namedOperands('$map', operand, known);
  const name = variableName('$map', parts.get('as'));
  const input = compile(parts.get('input') ?? null);
  const body = withNames([name], () => compile(parts.get('in') ?? null));
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw new CommandError(16_883, `input to $map must be an array not ${typeOf(items)}`);
    return items.map((item) => body(withVariable(context, name, item)) ?? null);
  };
};

const filter: OperatorParser = (operand, compile) => {
  const codes = { object: 28_646, unknown: 28_647, missing: [28_648, 28_650] };
  const known = { required: ['input', 'cond'], optional: ['as', 'limit'], codes, wording: PARAMETER_WORDING };
  const parts = namedOperands('$filter', operand, known);
  const name = variableName('$filter', parts.get('as'));
  const input = compile(parts.get('input') ?? null);
  const condition = withNames([name], () => compile(parts.get('cond') ?? null));
  const limitOf = compile(parts.get('limit') ?? null);
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw new CommandError(28_651, `input to $filter must be an array not ${typeOf(items)}`);
    const limit = filterLimit(limitOf(context));
    const kept: Value[] = [];
    for (const item of items) {
      if (kept.length === limit) break;
      if (isTruthy(condition(withVariable(context, name, item)))) kept.push(item);
    }
    return kept;
  };
};

function filterLimit(value: Value | undefined): number {
  if (isNullish(value)) return Number.POSITIVE_INFINITY;
  const limit = isNumber(value) ? wholeNumber(value) : undefined;
  if (limit === undefined) {
    throw new CommandError(327_391, `$filter: limit must be represented as a 32-bit integral value: ${typeOf(value)}`);
  }
  if (limit <= 0) throw new CommandError(327_392, `$filter: limit must be greater than 0: ${String(limit)}`);
  return limit;
}

const reduce: OperatorParser = (operand, compile) => {
  const codes = { object: 40_075, unknown: 40_076, missing: [40_077, 40_078, 40_079] };
  const known = { required: ['input', 'initialValue', 'in'], codes, wording: ARGUMENT_WORDING };
  const parts = namedOperands('$reduce', operand, known);
  const [input, initial] = [compile(parts.get('input') ?? null), compile(parts.get('initialValue') ?? null)];
  const body = withNames(['this', 'value'], () => compile(parts.get('in') ?? null));
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) {
      throw new CommandError(40_080, `$reduce requires that 'input' be an array, found: ${formatValue(items)}`);
    }
    let result = initial(context);
    for (const item of items) {
      const variables = new Map(context.variables).set('value', result).set('this', item);
      result = body({ ...context, variables });
    }
    return result;
  };
};

/** The operators that name values for an inner expression. */
export const VARIABLE_OPERATORS: readonly [string, OperatorParser][] = [
  ['$let', letIn],
  ['$map', map],
  ['$filter', filter],
  ['$reduce', reduce],
];
