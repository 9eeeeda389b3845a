import { compileExpression } from '../aggregation/compile-expression.ts';
import { isTruthy, NO_VARIABLES, type Variables } from '../aggregation/expression.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, isRegex, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Filter } from './filter.ts';
import { parseFieldOperators } from './parse-field-operators.ts';
import { equalTo } from './predicates.ts';

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
      return [{ op: 'nor', filters: parseList(name, value, variables) }];
    case '$expr': {
      const evaluate = compileExpression(value);
      return [{ op: 'expression', test: (root) => isTruthy(evaluate({ root, variables })) }];
    }
    case '$comment':
      return [];
    case '$alwaysTrue':
      return [{ op: 'and', filters: [] }];
    case '$alwaysFalse':
      return [{ op: 'or', filters: [] }];
    case '$where':
    case '$text':
    case '$jsonSchema':
      throw new CommandError('BadValue', `${name} is not supported by the embedded store`);
    default:
      throw new CommandError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function parseList(name: string, value: Value, variables: Variables): readonly Filter[] {
  if (!Array.isArray(value)) throw new CommandError('BadValue', `${name} must be an array`);
  if (value.length === 0) throw new CommandError('BadValue', `${name} must be a nonempty array`);
  return value.map((item) => {
    if (!isDocument(item)) throw new CommandError('BadValue', `${name} argument's entries must be objects`);
    return parseFilter(item, variables);
  });
}

/** Parses the condition on one path: a value to equal, a regular expression, or a document of operators. */
function parseField(path: string, value: Value, variables: Variables): readonly Filter[] {
  const segments = path.split('.');
  const parseInner = (inner: Document): Filter => parseFilter(inner, variables);
  if (isDocument(value) && isOperatorDocument(value)) {
    return parseFieldOperators({ path, segments }, value.entries(), parseInner);
  }
  if (isRegex(value)) return parseFieldOperators({ path, segments }, [['$regex', value]], parseInner);
  if (typeName(value) === 'undefined') throw new CommandError('BadValue', 'cannot compare to undefined');
  return [{ op: 'field', path, segments, predicate: equalTo(value) }];
}

function isOperatorDocument(value: Document): boolean {
  const name = value.firstName();
  // A reference made by a driver starts with $ref or $id but is a plain value.
  return name !== undefined && name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db';
}
