import { Document } from '../bson/document.ts';
import { formatDocument } from '../bson/format-value.ts';
import { dateTime, isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { parseMeta } from '../text/meta-expression.ts';
import type { Expression, ExpressionContext } from './expression.ts';
import { isLiteralName } from './literal-name.ts';
import { ARITHMETIC_OPERATORS } from './operators/arithmetic.ts';
import { ARRAY_EXPRESSIONS } from './operators/arrays.ts';
import { CONVERSION_OPERATORS } from './operators/conversion.ts';
import { DATE_PART_OPERATORS } from './operators/date-parts.ts';
import { DATE_SHIFT_OPERATORS } from './operators/date-shifts.ts';
import { DATE_TEXT_OPERATORS } from './operators/date-text.ts';
import { FUNCTION_OPERATORS } from './operators/functions.ts';
import { LOGIC_OPERATORS } from './operators/logic.ts';
import { OBJECT_OPERATORS } from './operators/objects.ts';
import { ORDERED_ARRAY_OPERATORS } from './operators/ordered-arrays.ts';
import { SET_OPERATORS } from './operators/sets.ts';
import { STRING_OPERATORS } from './operators/strings.ts';
import { SYSTEM_OPERATORS } from './operators/system.ts';
import { TEXT_PART_OPERATORS } from './operators/text-parts.ts';
import { VARIABLE_OPERATORS } from './operators/variables.ts';
import { splitFieldPath } from './set-path.ts';
import { checkReference, undefinedVariable } from './variable-scope.ts';

const OPERATORS = new Map([
  ...ARITHMETIC_OPERATORS,
  ...ARRAY_EXPRESSIONS,
  ...CONVERSION_OPERATORS,
  ...DATE_PART_OPERATORS,
  ...DATE_SHIFT_OPERATORS,
  ...DATE_TEXT_OPERATORS,
  ...FUNCTION_OPERATORS,
  ...LOGIC_OPERATORS,
  ...OBJECT_OPERATORS,
  ...ORDERED_ARRAY_OPERATORS,
  ...SET_OPERATORS,
  ...STRING_OPERATORS,
  ...SYSTEM_OPERATORS,
  ...TEXT_PART_OPERATORS,
  ...VARIABLE_OPERATORS,
  ['$meta', parseMeta],
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
        `an object representing an expression must have exactly one field: ${formatDocument(new Document(new Map(entries)))}`,
      );
    }
    return compileOperator(first[0], first[1]);
  }
  const fields = entries.map(([name, value]): [string, Expression] => {
    if (name.includes('.'))
      throw new CommandError(
        16_412,
        "FieldPath field names may not contain '.'. Consider using $getField or $setField.",
      );
    if (name.startsWith('$'))
      throw new CommandError(
        16_410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
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

/** Whether an expression goes by this name. */
export function isExpressionName(name: string): boolean {
  return isLiteralName(name) || OPERATORS.has(name);
}

function compileOperator(name: string, operand: Value): Expression {
  if (isLiteralName(name)) return () => operand;
  const parse = OPERATORS.get(name);
  if (parse === undefined) throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  return parse(operand, compileExpression);
}

function compilePath(text: string): Expression {
  if (!text.startsWith('$$')) {
    const segments = splitPath(text.slice(1));
    return (context) => valueAt(currentOf(context), segments, 0);
  }
  const [name = ''] = text.slice(2).split('.');
  checkReference(name);
  const segments = splitPath(text.slice(2)).slice(1);
  const variable = compileVariable(name);
  return (context) => valueAt(variable(context), segments, 0);
}

function splitPath(path: string): readonly string[] {
  if (path === '') throw new CommandError(16_872, "'$' by itself is not a valid FieldPath");
  return splitFieldPath(path);
}

function compileVariable(name: string): Expression {
  switch (name) {
    case 'ROOT':
      // $redact looks at one level at a time and says what the whole document is.
      return ({ root, variables }) => variables.get('ROOT') ?? root;
    case 'CURRENT':
      return currentOf;
    case 'REMOVE':
      return () => undefined;
    case 'USER_ROLES':
      return () => [];
    case 'NOW':
      // Commands define it, the same for all their documents; a validator is judged outside of any.
      return ({ variables }) => variables.get('NOW') ?? dateTime(Date.now());
    default:
      return ({ variables }) => {
        if (!variables.has(name)) throw undefinedVariable(name);
        return variables.get(name);
      };
  }
}

/** What paths start from: the document, unless `$let` made `CURRENT` something else. */
function currentOf({ root, variables }: ExpressionContext): Value | undefined {
  return variables.has('CURRENT') ? variables.get('CURRENT') : root;
}

/** The value a path leads to; through an array it is the array of what its documents have there. */
function valueAt(value: Value | undefined, segments: readonly string[], at: number): Value | undefined {
  const segment = segments[at];
  if (segment === undefined) return value;
  if (isDocument(value)) return valueAt(value.get(segment), segments, at + 1);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item): Value[] => {
    const found = isDocument(item) ? valueAt(item, segments, at) : undefined;
    return found === undefined ? [] : [found];
  });
}
