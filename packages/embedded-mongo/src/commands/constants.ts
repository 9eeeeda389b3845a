import { compileExpression } from '../aggregation/compile-expression.ts';
import type { Variables } from '../aggregation/expression.ts';
import { Document } from '../bson/document.ts';
import { dateTime, type Value } from '../bson/value.ts';

/**
 * The variables of one command: `$$NOW` and `$$CLUSTER_TIME`, the same for all of it, and what its `let` defines. A
 * statement of the command defines its own constants on top of the command's.
 */
export function constantsOf(definitions: Document | undefined, outer: Variables = systemVariables()): Variables {
  const variables = new Map(outer);
  const context = { root: new Document(new Map<string, Value>()), variables: new Map(variables) };
  for (const [name, value] of definitions?.entries() ?? []) {
    variables.set(name, compileExpression(value)(context));
  }
  return variables;
}

function systemVariables(): Variables {
  const now = Date.now();
  return new Map<string, Value>([
    ['NOW', dateTime(now)],
    ['CLUSTER_TIME', { kind: 'timestamp', value: (BigInt(Math.floor(now / 1000)) << 32n) | 1n }],
  ]);
}
