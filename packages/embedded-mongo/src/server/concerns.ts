import { toInteger } from '../bson/arithmetic.ts';
import type { Literal } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { isDocument } from '../bson/value.ts';
import { CommandError } from './command-error.ts';

const READ_LEVELS = new Set(['local', 'available', 'majority', 'linearizable']);

/** Refuses what the one node cannot promise: reads at a point in time outside a transaction, and API versions but 1. */
export function checkConcerns(body: Document, isInTransaction: boolean): void {
  const version = body.get('apiVersion');
  if (version !== undefined && version !== '1') {
    throw new CommandError('APIVersionError', 'API version must be "1"');
  }
  const concern = body.get('readConcern');
  const level = isDocument(concern) ? concern.get('level') : undefined;
  if (level === undefined || (typeof level === 'string' && READ_LEVELS.has(level))) return;
  if (level !== 'snapshot') throw new CommandError('FailedToParse', 'unknown readConcern level');
  if (!isInTransaction) {
    throw new CommandError(
      'SnapshotUnavailable',
      'Snapshot reads outside transactions are not supported by the embedded store',
    );
  }
}

/** The `writeConcernError` of a write that asked for more members than there are; every reply is durable anyway. */
export function writeConcernError(body: Document): Record<string, Literal> {
  const concern = body.get('writeConcern');
  const members = isDocument(concern) ? concern.get('w') : undefined;
  if (members === undefined || members === 'majority') return {};
  const count = toInteger(members);
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
