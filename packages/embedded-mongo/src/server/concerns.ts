import { toInteger } from '../bson/arithmetic.ts';
import type { Literal } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber } from '../bson/value.ts';
import { timestampOf } from './cluster-clock.ts';
import { CommandError } from './command-error.ts';

const READ_LEVELS = new Set(['local', 'available', 'majority', 'linearizable']);
const READ_FIELDS = new Set([
  'level',
  'afterClusterTime',
  'atClusterTime',
  'provenance',
  'allowTransactionTableSnapshot',
]);

/**
 * Refuses what the one node cannot promise: reads at a point in time outside a transaction, times it has not reached,
 * and API versions but 1. Whatever was acknowledged is visible to every read, so `afterClusterTime` needs no waiting.
 */
export function checkConcerns(body: Document, isInTransaction: boolean, latest: bigint): void {
  const version = body.get('apiVersion');
  if (version !== undefined && version !== '1') {
    throw new CommandError('APIVersionError', 'API version must be "1"');
  }
  const concern = body.get('readConcern');
  if (concern === undefined) return;
  if (!isDocument(concern)) throw new CommandError('TypeMismatch', 'readConcern must be an object');
  for (const [name] of concern.entries()) {
    if (!READ_FIELDS.has(name)) {
      throw new CommandError('InvalidOptions', `Unrecognized option in readConcern: ${name}`);
    }
  }
  checkAfterClusterTime(concern, latest);
  const level = concern.get('level');
  if (concern.has('atClusterTime')) throw noSnapshot();
  if (level === undefined || (typeof level === 'string' && READ_LEVELS.has(level))) return;
  if (level !== 'snapshot') throw new CommandError('FailedToParse', 'unknown readConcern level');
  if (!isInTransaction) throw noSnapshot();
}

function noSnapshot(): CommandError {
  return new CommandError(
    'SnapshotUnavailable',
    'Snapshot reads outside transactions are not supported by the embedded store',
  );
}

function checkAfterClusterTime(concern: Document, latest: bigint): void {
  const after = concern.get('afterClusterTime');
  if (after === undefined) return;
  const time = timestampOf(after);
  if (time === undefined) {
    throw new CommandError('TypeMismatch', '"afterClusterTime" had the wrong type. Expected timestamp');
  }
  if (time > latest) {
    throw new CommandError(
      'InvalidOptions',
      `readConcern afterClusterTime value must not be greater than the current clusterTime. Requested clusterTime: ${formatValue(after)}; current clusterTime: ${formatValue({ kind: 'timestamp', value: latest })}`,
    );
  }
}

/** The `writeConcernError` of a write that asked for more members than there are; every reply is durable anyway. */
export function writeConcernError(body: Document): Record<string, Literal> {
  const concern = body.get('writeConcern');
  const members = isDocument(concern) ? concern.get('w') : undefined;
  if (members === undefined || members === 'majority') return {};
  const count = isNumber(members) ? toInteger(members) : undefined;
  if (count !== undefined && count <= 1n) return {};
  if (typeof members === 'string') {
    return failureOf(
      'UnknownReplWriteConcern',
      79,
      `No write concern mode named '${members}' found in replica set configuration`,
    );
  }
  return failureOf('UnsatisfiableWriteConcern', 100, 'Not enough data-bearing nodes');
}

function failureOf(codeName: string, code: number, errmsg: string): Record<string, Literal> {
  return { writeConcernError: { code, codeName, errmsg } };
}
