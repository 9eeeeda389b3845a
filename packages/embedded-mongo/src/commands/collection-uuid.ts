import type { Literal } from '../bson/build-document.ts';
import type { Value } from '../bson/value.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import { splitNamespace } from '../catalogue/split-namespace.ts';
import { CommandError } from '../server/command-error.ts';
import { wrongFieldType } from '../server/wrong-field-type.ts';
import type { Command, Reply, Request } from './command.ts';
import { attempt, endsAtFailure } from './writes/write-errors.ts';

const FIELD = 'collectionUUID';

/** The batches of the write commands, which answer the failure for each of their parts. */
const BATCHES: Readonly<Record<string, string>> = { insert: 'documents', update: 'updates', delete: 'deletes' };

/** The bytes of a UUID a command names in `field`, or undefined without one; other types are refused. */
export function uuidBytes(field: string, value: Value | undefined): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value) || value.kind !== 'binData') {
    throw wrongFieldType(field, value, 'binData');
  }
  if (value.subtype !== 4) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${field}' is the wrong binData type '${subtypeName(value.subtype)}', expected type 'UUID'`,
    );
  }
  if (value.bytes.length !== 16) {
    throw new CommandError('InvalidUUID', 'uuid must be a 16-byte binary field with UUID (4) subtype');
  }
  return value.bytes;
}

function subtypeName(subtype: number): string {
  return subtype === 0 ? 'general' : String(subtype);
}

/** Refuses a namespace whose collection has another UUID than the one named: CollectionUUIDMismatch. */
export function checkUuid(view: View, namespace: string, uuid: Uint8Array | undefined): void {
  if (uuid === undefined) return;
  const { database, name } = splitNamespace(namespace);
  const owner = [...view.catalogue().values()].find(
    (entry) => entry.database === database && Buffer.compare(entry.uuid, uuid) === 0,
  );
  if (owner?.namespace === namespace) return;
  const shown: Value = { kind: 'binData', subtype: 4, bytes: Buffer.from(uuid) };
  const fields: [string, Value][] = [
    ['db', database],
    [FIELD, shown],
    ['expectedCollection', name],
    ['actualCollection', owner?.name ?? null],
  ];
  throw new CommandError('CollectionUUIDMismatch', 'Collection UUID does not match that specified', { fields });
}

/** A command that may also name the UUID its collection must have (MongoDB 6.0). */
export function checkedByUuid(command: Command): Command {
  if (command.kind === 'plain') return command;
  const fields = [...command.fields, FIELD];
  if (command.kind === 'read') {
    const { run } = command;
    return {
      ...command,
      fields,
      run: (request: Request, view: View) => {
        checkTarget(request, view);
        return run(request, view);
      },
    };
  }
  const { run } = command;
  return {
    ...command,
    fields,
    run: (request: Request, view: WriteView) => failedBatch(request, view) ?? run(request, view),
  };
}

/** Refuses a command that names another UUID than its collection has. */
export function checkTarget(request: Request, view: View): void {
  const { arguments: values, database, name } = request;
  const uuid = uuidBytes(`${name}.${FIELD}`, values.value(FIELD));
  const target = values.value(name);
  if (uuid === undefined || typeof target !== 'string') return;
  checkUuid(view, `${database}.${target}`, uuid);
}

/** What a batch answers when its collection is another one; other commands fail as a whole. */
function failedBatch(request: Request, view: View): Reply | undefined {
  const batch = BATCHES[request.name];
  if (batch === undefined) {
    checkTarget(request, view);
    return undefined;
  }
  const writeErrors: { readonly [name: string]: Literal }[] = [];
  for (const index of request.arguments.list(batch).keys()) {
    const isRight = attempt(index, writeErrors, () => {
      checkTarget(request, view);
    });
    if (isRight) return undefined;
    if (endsAtFailure(request)) break;
  }
  if (writeErrors.length === 0) return undefined;
  return { n: 0, ...(request.name === 'update' ? { nModified: 0 } : {}), writeErrors };
}
