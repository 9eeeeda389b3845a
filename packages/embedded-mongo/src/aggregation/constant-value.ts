import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { compileExpression } from './compile-expression.ts';
import { NO_VARIABLES } from './expression.ts';

/** The value of an expression that is the same for every document; undefined for one that refers to anything. */
export function constantValue(value: Value): Value | undefined {
  if (refers(value)) return undefined;
  return compileExpression(value)({ root: new Document(new Map()), variables: NO_VARIABLES }) ?? null;
}

function refers(value: Value): boolean {
  if (typeof value === 'string') return value.startsWith('$');
  if (Array.isArray(value)) return value.some(refers);
  return isDocument(value) && !value.has('$literal') && [...value.entries()].some(([, inner]) => refers(inner));
}
