import { isTruthy } from '../../aggregation/expression.ts';
import { toInteger } from '../../bson/arithmetic.ts';
import type { Literal } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../command-error.ts';
import { wrongFieldType } from '../wrong-field-type.ts';

const WRITE_FIELDS = new Set(['w', 'j', 'wtimeout', 'fsync', 'provenance', 'getLastError', 'wOpTime', 'wElectionId']);
const PROVENANCES = new Set([
  'clientSupplied',
  'customDefault',
  'getLastErrorDefaults',
  'implicitDefault',
  'internalWriteDefault',
]);
/** How many members a replica set may have. */
const MAX_MEMBERS = 50n;

/** Refuses a `writeConcern` MongoDB could not read, and any for a command that writes nothing. */
export function checkWriteConcern(body: Document, isTaken: boolean): void {
  const concern = body.get('writeConcern');
  if (concern === undefined || concern === null) return;
  if (!isDocument(concern)) {
    throw wrongFieldType('writeConcern', concern, 'object');
  }
  if (concern.firstName() === undefined) return;
  for (const [name, value] of concern.entries()) checkWriteField(name, value);
  if (isTrue(concern.get('j')) && isTrue(concern.get('fsync'))) {
    throw new CommandError('FailedToParse', 'fsync and j options cannot be used together');
  }
  if (!isTaken) throw new CommandError('InvalidOptions', 'Command does not support writeConcern');
}

function checkWriteField(name: string, value: Value): void {
  if (!WRITE_FIELDS.has(name)) {
    throw new CommandError(40_415, `BSON field 'writeConcern.${name}' is an unknown field.`);
  }
  if (name === 'w') checkMembers(value);
  if ((name === 'j' || name === 'fsync') && !isFlag(value)) throw wrongFieldType(`writeConcern.${name}`, value, 'bool');
  if (name === 'wtimeout' && value !== null && !isNumber(value))
    throw wrongFieldType('writeConcern.wtimeout', value, 'long');
  if (name !== 'provenance') return;
  if (typeof value !== 'string') throw wrongFieldType('writeConcern.provenance', value, 'string');
  if (PROVENANCES.has(value)) return;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${value}' for field 'writeConcern.provenance' is not a valid value.`,
  );
}

function checkMembers(value: Value): void {
  if (typeof value === 'string' || value === null) return;
  if (isDocument(value)) {
    if (value.firstName() === undefined) throw new CommandError('FailedToParse', 'tagged write concern requires tags');
    for (const [, count] of value.entries()) {
      if (isNumber(count)) continue;
      throw new CommandError(
        'FailedToParse',
        'tags must be a single level document with only number values; found: ' + typeName(count),
      );
    }
    return;
  }
  if (!isNumber(value)) {
    throw new CommandError('FailedToParse', `w has to be a number, string, or object; found: ${typeName(value)}`);
  }
  const count = toInteger(value, { truncates: true });
  if (count === undefined || count < 0n || count > MAX_MEMBERS) {
    throw new CommandError(
      'FailedToParse',
      `w has to be a non-negative number and not greater than ${String(MAX_MEMBERS)}; found: ${String(count)}`,
    );
  }
}

function isFlag(value: Value): boolean {
  return typeof value === 'boolean' || isNumber(value) || value === null;
}

function isTrue(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

/** The `writeConcernError` of a write that asked for more members than there are; every reply is durable anyway. */
export function writeConcernError(body: Document): Record<string, Literal> {
  const concern = body.get('writeConcern');
  if (!isDocument(concern)) return {};
  const members = concern.get('w');
  if (members === undefined || members === null || members === 'majority') return {};
  const count = isNumber(members) ? toInteger(members, { truncates: true }) : undefined;
  if (count !== undefined && count <= 1n) return {};
  const errInfo = { writeConcern: asUsed(concern, count === undefined ? members : Number(count)) };
  if (typeof members === 'string') {
    const errmsg = `No write concern mode named '${members}' found in replica set configuration`;
    return { writeConcernError: { code: 79, codeName: 'UnknownReplWriteConcern', errmsg, errInfo } };
  }
  const errmsg = 'Not enough data-bearing nodes';
  return { writeConcernError: { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg, errInfo } };
}

/** A write concern as MongoDB repeats it in its answer. */
function asUsed(concern: Document, w: Literal): Record<string, Literal> {
  const [journal, timeout] = [concern.get('j'), concern.get('wtimeout')];
  return {
    w,
    j: journal === undefined ? undefined : isTrue(journal),
    wtimeout: isNumber(timeout) ? Number(toInteger(timeout, { truncates: true }) ?? 0n) : 0,
    provenance: 'clientSupplied',
  };
}
