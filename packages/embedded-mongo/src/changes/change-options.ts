import { readArguments } from '../commands/arguments.ts';
import type { Request } from '../commands/command.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { timestampOf } from '../server/sessions/cluster-clock.ts';
import { CommandError } from '../server/command-error.ts';

/** Which events a stream reports. */
export type Scope =
  | { readonly kind: 'collection'; readonly database: string; readonly collection: string }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'deployment' };

/** Where a stream begins. */
export type Beginning =
  | { readonly kind: 'now' }
  | { readonly kind: 'resumeAfter' | 'startAfter'; readonly token: Value }
  | { readonly kind: 'time'; readonly time: bigint };

/** The options of a `$changeStream` stage. */
export interface ChangeOptions {
  readonly fullDocument: 'default' | 'updateLookup' | 'whenAvailable' | 'required';
  readonly fullDocumentBeforeChange: 'off' | 'whenAvailable' | 'required';
  readonly beginning: Beginning;
  readonly isForDeployment: boolean;
  /** Whether changes of definitions are reported too, and all events in more detail (`showExpandedEvents`). */
  readonly isExpanded: boolean;
}

const FIELDS = new Set([
  'fullDocument',
  'fullDocumentBeforeChange',
  'resumeAfter',
  'startAfter',
  'startAtOperationTime',
  'allChangesForCluster',
  'showExpandedEvents',
]);
const FULL = ['default', 'updateLookup', 'whenAvailable', 'required'] as const;
const BEFORE = ['off', 'whenAvailable', 'required'] as const;

/** Reads the options of a `$changeStream` stage (MongoDB manual "$changeStream (aggregation stage)"). */
export function readChangeOptions(specification: Document): ChangeOptions {
  const values = readArguments('$changeStream', specification, FIELDS);
  return {
    fullDocument: choose('fullDocument', FULL, values.optionalText('fullDocument') ?? 'default'),
    fullDocumentBeforeChange: choose(
      'fullDocumentBeforeChange',
      BEFORE,
      values.optionalText('fullDocumentBeforeChange') ?? 'off',
    ),
    beginning: beginningOf(specification),
    isForDeployment: values.flag('allChangesForCluster'),
    isExpanded: values.flag('showExpandedEvents'),
  };
}

function choose<T extends string>(name: string, known: readonly T[], given: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${given}' for field '$changeStream.${name}' is not a valid value.`,
  );
}

function beginningOf(specification: Document): Beginning {
  const given = ['resumeAfter', 'startAfter', 'startAtOperationTime'].filter((name) => specification.has(name));
  const [name] = given;
  if (given.length > 1) {
    throw new CommandError(40_674, 'Only one type of resume option is allowed, but multiple were found.');
  }
  const value = name === undefined ? undefined : specification.get(name);
  if (value === undefined) return { kind: 'now' };
  if (name === 'startAtOperationTime') {
    const time = timestampOf(value);
    if (time === undefined) throw wrongType('startAtOperationTime', 'timestamp');
    return { kind: 'time', time };
  }
  if (!isDocument(value)) throw wrongType(name ?? '', 'object');
  return { kind: name === 'startAfter' ? 'startAfter' : 'resumeAfter', token: value };
}

function wrongType(name: string, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '$changeStream.${name}' is the wrong type, expected type '${expected}'`,
  );
}

/** What a request watches; refuses the internal databases and collections. */
export function readScope(request: Request, isForDeployment: boolean): Scope {
  const { database, body } = request;
  const name = body.get('aggregate');
  const isCollection = typeof name === 'string';
  if (isForDeployment) {
    if (database === 'admin' && !isCollection) return { kind: 'deployment' };
    throw new CommandError(
      'InvalidOptions',
      `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${database}${isCollection ? `.${name}` : ''}`,
    );
  }
  if (isInternal(database)) {
    throw new CommandError('InvalidNamespace', `$changeStream may not be opened on the internal ${database} database`);
  }
  if (!isCollection) return { kind: 'database', database };
  if (name.startsWith('system.')) {
    throw new CommandError(
      'InvalidNamespace',
      `$changeStream may not be opened on the internal ${database}.${name} collection`,
    );
  }
  return { kind: 'collection', database, collection: name };
}

/** Whether a database belongs to the server, so that no stream reports it. */
export function isInternal(database: string): boolean {
  return database === 'admin' || database === 'config' || database === 'local';
}

/** The namespace of a stream's cursor. */
export function cursorNamespace(request: Request, scope: Scope): string {
  return `${request.database}.${scope.kind === 'collection' ? scope.collection : '$cmd.aggregate'}`;
}
