import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isTruthy, isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import { namedOperands, wrongOperand } from './operands.ts';

function withVariable(context: ExpressionContext, name: string, value: Value | undefined): ExpressionContext {
  return { ...context, variables: new Map(context.variables).set(name, value) };
}

function variableName(name: string, value: Value | undefined): string {
  if (value === undefined) return 'this';
  if (typeof value !== 'string' || !/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(value)) {
    throw new CommandError(
      16_867,
      `${name}: '${typeof value === 'string' ? value : ''}' starts with an invalid character for a user variable name`,
    );
  }
  return value;
}

const letIn: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$let', operand, { required: ['vars', 'in'] });
  const names = parts.get('vars');
  if (!isDocument(names)) throw new CommandError(16_876, "$let's vars must be an object");
  const bindings = [...names.entries()].map(([name, value]): [string, Expression] => [
    variableName('$let', name),
    compile(value),
  ]);
  const body = compile(parts.get('in') ?? null);
  return (context) => {
    const variables = new Map(context.variables);
    for (const [name, evaluate] of bindings) variables.set(name, evaluate(context));
    return body({ ...context, variables });
  };
};

const map: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$map', operand, { required: ['input', 'in'], optional: ['as'] });
  const name = variableName('$map', parts.get('as'));
  const input = compile(parts.get('input') ?? null);
  const body = compile(parts.get('in') ?? null);
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw wrongOperand('$map', 'an array input', items);
    return items.map((item) => body(withVariable(context, name, item)) ?? null);
  };
};

const filter: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$filter', operand, { required: ['input', 'cond'], optional: ['as'] });
  const name = variableName('$filter', parts.get('as'));
  const input = compile(parts.get('input') ?? null);
  const condition = compile(parts.get('cond') ?? null);
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw wrongOperand('$filter', 'an array input', items);
    return items.filter((item) => isTruthy(condition(withVariable(context, name, item))));
  };
};

const reduce: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$reduce', operand, { required: ['input', 'initialValue', 'in'] });
  const input = compile(parts.get('input') ?? null);
  const initial = compile(parts.get('initialValue') ?? null);
  const body = compile(parts.get('in') ?? null);
  return (context) => {
    const items = input(context);
    if (isNullish(items)) return null;
    if (!Array.isArray(items)) throw wrongOperand('$reduce', 'an array input', items);
    return items.reduce<Value | undefined>(
      (value, item) => body(withVariable(withVariable(context, 'value', value), 'this', item)),
      initial(context),
    );
  };
};

/** The operators that name values for an inner expression. */
export const VARIABLE_OPERATORS: readonly [string, OperatorParser][] = [
  ['$let', letIn],
  ['$map', map],
  ['$filter', filter],
  ['$reduce', reduce],
];
