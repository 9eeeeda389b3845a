import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import { compileExpression } from './compile-expression.ts';
import { NO_VARIABLES } from './expression.ts';
import { refersBeyond } from './references.ts';

/** The value of an expression that is the same for every document; undefined for one that refers to anything. */
export function constantValue(value: Value): Value | undefined {
  if (refersBeyond(value, () => false)) return undefined;
  return compileExpression(value)({ root: new Document(new Map()), variables: NO_VARIABLES }) ?? null;
}
