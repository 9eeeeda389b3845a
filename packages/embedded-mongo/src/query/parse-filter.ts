import { compileExpression } from '../aggregation/compile-expression.ts';
import { isTruthy, NO_VARIABLES, type Variables } from '../aggregation/expression.ts';
import { inScope } from '../aggregation/variable-scope.ts';
import { toDouble } from '../bson/arithmetic.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, isNumber, isRegex, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { holdsText } from '../text/holds-text.ts';
import { parseTextSearch } from '../text/text-search.ts';
import type { Filter } from './filter.ts';
import { parseFieldOperators } from './parse-field-operators.ts';
import { parseInteger } from './parse-integer.ts';
import { equalTo, isOperatorDocument } from './predicates.ts';
import { parseJsonSchema } from './schema/parse-schema.ts';
import { refuseInElement } from './special-conditions.ts';

/** Parses a query filter; whatever it does not know is refused with BadValue. */
export function parseFilter(document: Document, variables: Variables = NO_VARIABLES): Filter {
  const filters: Filter[] = [];
  for (const [name, value] of document.entries()) {
    if (name.startsWith('$')) filters.push(...parseTopLevel(name, value, variables));
    else filters.push(...parseField(name, value, variables));
  }
  return conjunction(filters);
}

/** The filter that holds when all of several do. */
export function conjunction(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { op: 'and', filters };
}

function parseTopLevel(name: string, value: Value, variables: Variables): readonly Filter[] {
  switch (name) {
    case '$and':
      return parseList(name, value, variables);
    case '$or':
      return [{ op: 'or', filters: parseList(name, value, variables) }];
    case '$nor':
      return [{ op: 'nor', filters: withoutText(parseList(name, value, variables)) }];
    case '$expr': {
      const evaluate = inScope(variables, () => compileExpression(value));
      return [{ op: 'expression', special: '$expr', test: (root) => isTruthy(evaluate({ root, variables })) }];
    }
    case '$jsonSchema': {
      const schema = parseJsonSchema(value);
      return [{ op: 'expression', special: '$jsonSchema', test: (root) => schema.accepts(root) }];
    }
    case '$sampleRate':
      return [sampling(value)];
    case '$comment':
      return [];
    case '$alwaysTrue':
      checkIsOne(name, value);
      return [{ op: 'and', filters: [] }];
    case '$alwaysFalse':
      checkIsOne(name, value);
      return [{ op: 'or', filters: [] }];
    case '$text': {
      const text = parseTextSearch(value);
      return [{ op: 'expression', special: '$text', test: text.matches, text }];
    }
    case '$ref':
    case '$id':
    case '$db':
      // The fields of a reference are plain fields where conditions on its parts stand.
      return [{ op: 'field', path: name, segments: [name], predicate: equalTo(value) }];
    case '$where':
      throw new CommandError('BadValue', `${name} is not supported by the embedded store`);
    default:
      throw new CommandError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function checkIsOne(name: string, value: Value): void {
  if (parseInteger(name, value) === 1n) return;
  throw new CommandError('FailedToParse', `${name} must be an integer value of 1`);
}

/** Every document matches with the given chance, each time anew. */
function sampling(rate: Value): Filter {
  if (!isNumber(rate)) throw new CommandError('BadValue', 'argument to $sampleRate must be a numeric type');
  const chance = toDouble(rate);
  if (!(chance >= 0 && chance <= 1)) {
    throw new CommandError('BadValue', 'numeric argument to $sampleRate must be in [0, 1]');
  }
  return { op: 'expression', test: () => Math.random() < chance };
}

function parseList(name: string, value: Value, variables: Variables): readonly Filter[] {
  if (!Array.isArray(value)) throw new CommandError('BadValue', `${name} argument must be an array`);
  if (value.length === 0) throw new CommandError('BadValue', `${name} argument must be a non-empty array`);
  return value.map((item) => {
    if (!isDocument(item)) throw new CommandError('BadValue', `${name} argument's entries must be objects`);
    return parseFilter(item, variables);
  });
}

/** Refuses a `$text` where no index can answer it. */
function withoutText(filters: readonly Filter[]): readonly Filter[] {
  if (filters.some(holdsText)) throw new CommandError('BadValue', 'text expression not allowed in nor');
  return filters;
}

/** Parses the condition on one path: a value to equal, a regular expression, or a document of operators. */
function parseField(path: string, value: Value, variables: Variables): readonly Filter[] {
  const segments = path.split('.');
  const parseInner = (inner: Document): Filter => {
    refuseInElement(inner);
    return parseFilter(inner, variables);
  };
  if (isOperatorDocument(value)) {
    return parseFieldOperators({ path, segments }, value.entries(), parseInner);
  }
  if (isRegex(value)) return parseFieldOperators({ path, segments }, [['$regex', value]], parseInner);
  if (typeName(value) === 'undefined') throw new CommandError('BadValue', 'cannot compare to undefined');
  return [{ op: 'field', path, segments, predicate: equalTo(value) }];
}
