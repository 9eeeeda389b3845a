import { isDocument } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import type { Request } from '../../commands/command.ts';
import { CommandError } from '../command-error.ts';

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify']);

/** Refuses the writes of a transaction that depend on what they write to (MongoDB manual "Transactions and Operations"). */
export function checkTransactionWrite(request: Request, view: View): void {
  const { name, body } = request;
  if (name === 'create' && body.has('viewOn')) refuse('Cannot create a view in a multi-document transaction.');
  for (const namespace of writtenNamespaces(request)) {
    if (view.catalogue().get(namespace)?.capped === undefined) continue;
    refuse(
      `Collection '${namespace}' is a capped collection. Writes in transactions are not allowed on capped collections.`,
    );
  }
}

function writtenNamespaces({ name, database, body }: Request): readonly string[] {
  if (WRITES.has(name)) {
    const collection = body.get(name);
    return typeof collection === 'string' ? [`${database}.${collection}`] : [];
  }
  const entries = name === 'bulkWrite' ? body.get('nsInfo') : undefined;
  return (Array.isArray(entries) ? entries : []).flatMap((entry) => {
    const namespace = isDocument(entry) ? entry.get('ns') : undefined;
    return typeof namespace === 'string' ? [namespace] : [];
  });
}

function refuse(message: string): never {
  throw new CommandError('OperationNotSupportedInTransaction', message);
}
