import { compileExpression } from '../aggregation/compile-expression.ts';
import type { Variables } from '../aggregation/expression.ts';
import { checkVariableName, constantInScope, inScope } from '../aggregation/variable-scope.ts';
import type { Document } from '../bson/document.ts';
import { dateTime, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/**
 * The variables of one command: `$$NOW` and `$$CLUSTER_TIME`, the same for all of it, and what its `let` defines.
 */
export function constantsOf(definitions: Document | undefined): Variables {
  const variables = new Map(systemVariables());
  for (const [name, value] of definitions?.entries() ?? []) {
    checkVariableName(name);
    const constant = inScope(variables, () => constantInScope(value, compileExpression));
    if (constant === undefined) throw readsDocuments();
    variables.set(name, constant);
  }
  return variables;
}

function readsDocuments(): CommandError {
  return new CommandError(
    4_890_500,
    'Command let Expression tried to access a field, but this is not allowed because command let expressions run before the query examines any documents.',
  );
}

/** The constants of an update that is a pipeline: values as they stand, over what the command defines. */
export function literalConstants(definitions: Document | undefined, outer: Variables): Variables {
  return new Map([...outer, ...(definitions?.entries() ?? [])]);
}

function systemVariables(): Variables {
  const now = Date.now();
  return new Map<string, Value>([
    ['NOW', dateTime(now)],
    ['CLUSTER_TIME', { kind: 'timestamp', value: (BigInt(Math.floor(now / 1000)) << 32n) | 1n }],
  ]);
}
