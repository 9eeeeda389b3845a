import { toInteger, type Numeric } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import { checkApiVersion } from './api-version.ts';
import { CommandError } from '../command-error.ts';
import { checkWriteConcern } from './concerns.ts';
import { checkReadConcern } from './read-concern.ts';

/** What the meaning of a command's generic fields depends on. */
interface FieldContext {
  /** Undefined for an unknown command, which is refused as such. */
  readonly kind: 'reading' | 'writing' | undefined;
  readonly isInTransaction: boolean;
  /** The cluster time of the newest write. */
  readonly latest: bigint;
}

/** Refuses whatever fields that every command takes hold that MongoDB would not read. */
export function checkGenericFields(body: Document, context: FieldContext): void {
  checkApiVersion(body, context.kind !== undefined);
  checkDatabase(body.get('$db'));
  if (context.kind !== undefined) checkTimeLimit(body);
  checkStatementId(body.get('stmtId'));
  checkReadPreference(body.get('$readPreference'));
  checkReadConcern(body, context.isInTransaction, context.latest);
  checkWriteConcern(body, context.kind !== 'reading');
}

/** Refuses an `lsid` that is no session's id. */
export function checkSessionField(body: Document): void {
  const session = body.get('lsid');
  if (session !== undefined && session !== null) checkSessionId(session, 'OperationSessionInfo.lsid');
}

const SESSION_ID_FIELDS = new Set(['id', 'uid', 'txnNumber', 'txnUUID']);

/** Refuses a value that is no session's id; `path` says where it stands. */
export function checkSessionId(session: Value, path: string): void {
  const field = `BSON field '${path}`;
  if (!isDocument(session)) {
    throw mismatch(`${field}' is the wrong type '${typeName(session)}', expected type 'object'`);
  }
  for (const name of session.names()) {
    if (!SESSION_ID_FIELDS.has(name)) throw new CommandError(40_415, `${field}.${name}' is an unknown field.`);
  }
  const id = session.get('id');
  if (id === undefined) throw new CommandError(40_414, `${field}.id' is missing but a required field`);
  if (typeof id !== 'object' || id === null || Array.isArray(id) || id.kind !== 'binData') {
    throw mismatch(`${field}.id' is the wrong type '${typeName(id)}', expected type 'binData'`);
  }
  if (id.subtype !== 4) throw mismatch(`${field}.id' is the wrong binData type, expected type 'UUID'`);
  if (id.bytes.length !== 16) {
    throw new CommandError('InvalidUUID', 'uuid must be a 16-byte binary field with UUID (4) subtype');
  }
}

const MAX_INT32 = 2_147_483_647n;

/** How MongoDB's messages call the fields of a command. */
export function ownerOfFields(command: string): string {
  return command === 'find' ? 'FindCommandRequest' : command;
}

function checkTimeLimit(body: Document): void {
  const value = body.get('maxTimeMS');
  if (value === undefined || value === null) return;
  if (!isNumber(value)) {
    const owner = ownerOfFields(body.firstName() ?? '');
    throw mismatch(
      `BSON field '${owner}.maxTimeMS' is the wrong type '${typeName(value)}', expected types '[long, int, decimal, double]'`,
    );
  }
  const milliseconds = toInteger(value);
  if (milliseconds === undefined) {
    const isPart = typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 2 ** 63;
    const reason = isPart ? 'Expected an integer' : 'Cannot represent as a 64-bit integer';
    throw new CommandError('FailedToParse', `${reason}: maxTimeMS: ${formatNumber(value)}`);
  }
  if (milliseconds < 0n) throw outOfRange('>= 0', milliseconds);
  if (milliseconds > MAX_INT32) throw outOfRange(`<= ${String(MAX_INT32)}`, milliseconds);
}

function formatNumber(value: Numeric): string {
  return typeof value === 'number' ? String(value) : formatValue(value);
}

function outOfRange(bound: string, actual: bigint): CommandError {
  return new CommandError(
    'BadValue',
    `BSON field 'maxTimeMS' value must be ${bound}, actual value '${String(actual)}'`,
  );
}

function checkStatementId(value: Value | undefined): void {
  if (value === undefined || (isNumber(value) && typeof value === 'object' && value.kind === 'int')) return;
  throw mismatch(`BSON field 'stmtId' is the wrong type '${typeName(value)}', expected type 'int'`);
}

const INVALID_IN_DATABASE = /[\0/\\. "]/;
const MAX_DATABASE_BYTES = 63;

function checkDatabase(name: Value | undefined): void {
  if (typeof name !== 'string') return;
  if (name !== '' && !INVALID_IN_DATABASE.test(name) && Buffer.byteLength(name) <= MAX_DATABASE_BYTES) return;
  throw new CommandError('InvalidNamespace', `Invalid database name: '${name}'`);
}

const MODES = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'];
const MIN_STALENESS_SECONDS = 90n;

function checkReadPreference(preference: Value | undefined): void {
  if (preference === undefined || preference === null) return;
  if (!isDocument(preference)) {
    throw mismatch(`$readPreference has incorrect type: expected object but got ${typeName(preference)}`);
  }
  const mode = preference.get('mode');
  if (mode === undefined) throw new CommandError('NoSuchKey', 'Missing expected field "mode"');
  if (typeof mode !== 'string') {
    throw mismatch(`"mode" had the wrong type. Expected string, found ${typeName(mode)}`);
  }
  if (!MODES.includes(mode)) {
    throw new CommandError(
      'BadValue',
      `Could not parse $readPreference mode '${mode}'. Only the modes 'primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', and 'nearest' are supported.`,
    );
  }
  checkTags(preference.get('tags'), mode);
  checkStaleness(preference.get('maxStalenessSeconds'), mode);
  checkHedge(preference.get('hedge'), mode);
}

function checkTags(tags: Value | undefined, mode: string): void {
  if (tags === undefined) return;
  if (!Array.isArray(tags)) throw mismatch(`"tags" had the wrong type. Expected array, found ${typeName(tags)}`);
  const isAnything = tags.every((set) => isDocument(set) && set.firstName() === undefined);
  if (mode === 'primary' && !isAnything) {
    throw new CommandError('BadValue', 'Only empty tags are allowed with primary read preference');
  }
}

function checkStaleness(value: Value | undefined, mode: string): void {
  if (value === undefined) return;
  if (!isNumber(value)) {
    throw mismatch(`"maxStalenessSeconds" had the wrong type. Expected a number, found ${typeName(value)}`);
  }
  const seconds = toInteger(value, { truncates: true }) ?? 0n;
  if (seconds === 0n) return;
  if (seconds < 0n) throw new CommandError('BadValue', 'maxStalenessSeconds must be a non-negative integer');
  if (seconds < MIN_STALENESS_SECONDS) {
    throw new CommandError(
      'MaxStalenessOutOfRange',
      `maxStalenessSeconds value can not be less than ${String(MIN_STALENESS_SECONDS)}`,
    );
  }
  if (mode === 'primary') {
    throw new CommandError('BadValue', 'maxStalenessSeconds can not be set for the primary mode');
  }
}

function checkHedge(hedge: Value | undefined, mode: string): void {
  if (hedge === undefined) return;
  if (!isDocument(hedge)) throw mismatch(`hedge field must be of type object if provided; found ${typeName(hedge)}`);
  if (mode === 'primary' && hedge.get('enabled') !== false) {
    throw new CommandError('InvalidOptions', 'cannot enable hedging for $readPreference mode "primaryOnly"');
  }
}

function mismatch(message: string): CommandError {
  return new CommandError('TypeMismatch', message);
}
