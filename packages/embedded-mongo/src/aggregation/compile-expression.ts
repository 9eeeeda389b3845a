import { Document } from '../bson/document.ts';
import { dateTime, isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Expression } from './expression.ts';
import { ARITHMETIC_OPERATORS } from './operators/arithmetic.ts';
import { ARRAY_EXPRESSIONS } from './operators/arrays.ts';
import { CONVERSION_OPERATORS } from './operators/conversion.ts';
import { DATE_OPERATORS } from './operators/dates.ts';
import { LOGIC_OPERATORS } from './operators/logic.ts';
import { SET_OPERATORS } from './operators/sets.ts';
import { STRING_OPERATORS } from './operators/strings.ts';
import { VARIABLE_OPERATORS } from './operators/variables.ts';

const OPERATORS = new Map([
  ...ARITHMETIC_OPERATORS,
  ...ARRAY_EXPRESSIONS,
  ...CONVERSION_OPERATORS,
  ...DATE_OPERATORS,
  ...LOGIC_OPERATORS,
  ...SET_OPERATORS,
  ...STRING_OPERATORS,
  ...VARIABLE_OPERATORS,
]);

/** Compiles an aggregation expression; unknown operators are refused with InvalidPipelineOperator (168). */
export function compileExpression(value: Value): Expression {
  if (typeof value === 'string' && value.startsWith('$')) return compilePath(value);
  if (Array.isArray(value)) return compileArray(value);
  if (isDocument(value)) return compileDocument(value);
  return () => value;
}

function compileArray(items: readonly Value[]): Expression {
  const compiled = items.map(compileExpression);
  return (context) => compiled.map((evaluate) => evaluate(context) ?? null);
}

function compileDocument(document: Document): Expression {
  const entries = [...document.entries()];
  const [first] = entries;
  if (first?.[0].startsWith('$') === true) {
    if (entries.length > 1) {
      throw new CommandError(
        15_983,
        `an object representing an expression must have exactly one field: ${entries.map(([name]) => name).join(', ')}`,
      );
    }
    return compileOperator(first[0], first[1]);
  }
  const fields = entries.map(([name, value]): [string, Expression] => {
    if (name.includes('.')) throw new CommandError(16_412, `FieldPath field names may not contain '.': ${name}`);
    if (name.startsWith('$')) throw new CommandError(16_410, `FieldPath field names may not start with '$': ${name}`);
    return [name, compileExpression(value)];
  });
  return (context) => {
    const result = new Map<string, Value>();
    for (const [name, evaluate] of fields) {
      const value = evaluate(context);
      if (value !== undefined) result.set(name, value);
    }
    return new Document(result);
  };
}

function compileOperator(name: string, operand: Value): Expression {
  if (name === '$literal') return () => operand;
  const parse = OPERATORS.get(name);
  if (parse === undefined) throw new CommandError(168, `Unrecognized expression '${name}'`);
  return parse(operand, compileExpression);
}

function compilePath(text: string): Expression {
  if (!text.startsWith('$$')) {
    const segments = splitPath(text.slice(1));
    return ({ root }) => valueAt(root, segments, 0);
  }
  const [name = '', ...segments] = splitPath(text.slice(2));
  const variable = compileVariable(name);
  return (context) => valueAt(variable(context), segments, 0);
}

function splitPath(path: string): readonly string[] {
  const segments = path.split('.');
  if (segments.includes(''))
    throw new CommandError(path === '' ? 16_872 : 15_998, `'$${path}' is not a valid field path`);
  return segments;
}

function compileVariable(name: string): Expression {
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return ({ root }) => root;
    case 'REMOVE':
      return () => undefined;
    case 'NOW':
      return () => dateTime(Date.now());
    default:
      return ({ variables }) => {
        if (!variables.has(name)) throw new CommandError(17_276, `Use of undefined variable: ${name}`);
        return variables.get(name);
      };
  }
}

/** The value a path leads to; through an array it is the array of what its elements have there. */
function valueAt(value: Value | undefined, segments: readonly string[], at: number): Value | undefined {
  const segment = segments[at];
  if (segment === undefined) return value;
  if (isDocument(value)) return valueAt(value.get(segment), segments, at + 1);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item): Value[] => {
    const found = isDocument(item) || Array.isArray(item) ? valueAt(item, segments, at) : undefined;
    return found === undefined ? [] : [found];
  });
}
