import { compileExpression } from '../aggregation/compile-expression.ts';
import { NO_VARIABLES, type Variables } from '../aggregation/expression.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';

/** The variables a command's `let` defines. */
export function constantsOf(definitions: Document | undefined): Variables {
  if (definitions === undefined) return NO_VARIABLES;
  const context = { root: new Document(new Map<string, Value>()), variables: NO_VARIABLES };
  return new Map([...definitions.entries()].map(([name, value]) => [name, compileExpression(value)(context)]));
}
