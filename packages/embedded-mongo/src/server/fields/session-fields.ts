import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Catalogue } from '../../catalogue/entries.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { recordTable } from '../../catalogue/entries.ts';
import type { Command, Reply, Request } from '../../commands/command.ts';
import { CommandError } from '../command-error.ts';

/** What a command's session fields make of it. */
export type SessionUse =
  | { readonly kind: 'none' }
  | { readonly kind: 'retryable-write'; readonly number: bigint }
  | { readonly kind: 'transaction'; readonly number: bigint; readonly isFirst: boolean };

const RETRYABLE = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'bulkWrite']);

/**
 * Reads `txnNumber`, `autocommit` and `startTransaction`; refuses combinations as MongoDB does (driver specification
 * "Transactions", MongoDB manual "Retryable Writes").
 */
export function readSessionUse(name: string, body: Document, hasSession: boolean): SessionUse {
  const hasNumber = body.has('txnNumber');
  if (hasNumber && !hasSession) throw invalid('Transaction number requires a session ID to also be specified');
  if (!hasNumber && body.has('autocommit')) {
    throw invalid("'autocommit' field requires a transaction number to also be specified");
  }
  if (body.has('startTransaction') && !body.has('autocommit')) {
    throw invalid("'startTransaction' field requires 'autocommit' field to also be specified");
  }
  if (!hasNumber) return { kind: 'none' };
  const number = transactionNumber(body);
  const isFirst = startsTransaction(body);
  if (!body.has('autocommit')) {
    if (RETRYABLE.has(name)) return { kind: 'retryable-write', number };
    throw new CommandError(
      'NotARetryableWriteCommand',
      `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${name} is not a retryable write command.`,
    );
  }
  if (body.get('autocommit') !== false) throw invalid('Specifying autocommit=true is not allowed.');
  if (isFirst) checkBeginning(name);
  checkTransactionConcerns(name, body, isFirst);
  return { kind: 'transaction', number, isFirst };
}

function startsTransaction(body: Document): boolean {
  const value = body.get('startTransaction');
  if (value !== undefined && value !== true) throw invalid('Specifying startTransaction=false is not allowed.');
  return value === true;
}

/** No transaction begins with its end. */
function checkBeginning(name: string): void {
  if (name === 'commitTransaction') refuse('Cannot start a transaction with a commit');
  if (name === 'abortTransaction') refuse('Cannot start a transaction with an abort');
}

const TRANSACTION_LEVELS = new Set(['local', 'majority', 'snapshot']);

function checkTransactionConcerns(name: string, body: Document, isFirst: boolean): void {
  const isEnd = name === 'commitTransaction' || name === 'abortTransaction';
  if (body.has('writeConcern') && !isEnd) {
    throw invalid('writeConcern is not allowed within a multi-statement transaction');
  }
  const concern = body.get('readConcern');
  if (concern === undefined) return;
  if (!isFirst) throw invalid('Only the first command in a transaction may specify a readConcern');
  const level = isDocument(concern) ? concern.get('level') : undefined;
  if (level !== undefined && (typeof level !== 'string' || !TRANSACTION_LEVELS.has(level))) {
    throw invalid(
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
    );
  }
}

function transactionNumber(body: Document): bigint {
  const number = body.get('txnNumber');
  if (typeof number !== 'bigint') throw new CommandError('TypeMismatch', "Field 'txnNumber' must be of type long");
  if (number < 0n) throw invalid('Transaction number cannot be negative');
  return number;
}

function invalid(message: string): CommandError {
  return new CommandError('InvalidOptions', message);
}

/** Refuses what no transaction may contain; the transaction itself goes on (MongoDB manual "Transactions and Operations"). */
export function checkAllowedInTransaction(command: Command, { name, database, body }: Request, isFirst: boolean): void {
  if (isFirst && (name === 'killCursors' || isInformational(name))) {
    refuse(`Cannot run '${name}' as the first operation in a multi-document transaction.`);
  }
  if (isInformational(name)) return;
  if (name === 'count') {
    refuse(
      "Cannot run 'count' in a multi-document transaction. Please see http://dochub.mongodb.org/core/transaction-count for a recommended alternative.",
    );
  }
  for (const stage of stageNames(name === 'aggregate' ? body.get('pipeline') : undefined)) {
    if (REFUSED_STAGES.has(stage)) refuse(`Stage not supported inside of a multi-document transaction: ${stage}`);
  }
  if (command.allowedInTransaction !== true) refuse(`Cannot run '${name}' in a multi-document transaction.`);
  const isServerWide = name === 'bulkWrite' || name === 'getMore' || name === 'killCursors';
  if (!isServerWide && (database === 'config' || database === 'local' || database === 'admin')) {
    refuse(`Cannot run command against the '${database}' database in a transaction.`);
  }
  const collection = body.get(name);
  if (typeof collection === 'string' && collection.startsWith('system.')) {
    refuse(`Cannot run command against the '${database}.${collection}' collection in a transaction.`);
  }
}

/** The stages that write, or show the state of the server instead of documents. */
const REFUSED_STAGES = new Set([
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$merge',
  '$out',
  '$planCacheStats',
]);

/** The names of the stages of a pipeline with those of the pipelines inside them. */
function stageNames(pipeline: Value | undefined): readonly string[] {
  if (!Array.isArray(pipeline)) return [];
  return pipeline.flatMap((stage) => {
    const [entry] = isDocument(stage) ? [...stage.entries()] : [];
    if (entry === undefined) return [];
    const inner = isDocument(entry[1]) ? entry[1].get('pipeline') : undefined;
    return [entry[0], ...stageNames(inner)];
  });
}

/** Refuses a command about sessions inside a transaction, but for the two that end it. */
export function checkSessionCommand(name: string, use: SessionUse): void {
  if (use.kind !== 'transaction' || name === 'commitTransaction' || name === 'abortTransaction') return;
  refuse(`Cannot run '${name}' in a multi-document transaction.`);
}

const INFORMATIONAL = new Set(['hello', 'isMaster', 'ismaster', 'buildInfo', 'buildinfo', 'connectionStatus', 'ping']);

/** Whether a command only asks about the server, so that a transaction may contain it without taking part in it. */
export function isInformational(name: string): boolean {
  return INFORMATIONAL.has(name);
}

function refuse(message: string): never {
  throw new CommandError('OperationNotSupportedInTransaction', message);
}

/** Refuses indexes built by a transaction on anything but an empty collection of its own. */
export function checkBuiltIndexes(request: Request, reply: Reply, view: View, committed: Catalogue): void {
  if (request.name !== 'createIndexes' || reply['numIndexesBefore'] === reply['numIndexesAfter']) return;
  const namespace = `${request.database}.${request.arguments.text('createIndexes')}`;
  const collection = view.catalogue().get(namespace);
  if (collection === undefined) return;
  const isFilled = view.connection.get(`SELECT 1 FROM ${recordTable(collection)} LIMIT 1`) !== undefined;
  if (!isFilled && !committed.has(namespace)) return;
  throw new CommandError(
    'OperationNotSupportedInTransaction',
    isFilled
      ? `Cannot create new indexes on non-empty collection ${namespace} in a multi-document transaction.`
      : `Cannot create new indexes on existing collection ${namespace} in a multi-document transaction.`,
  );
}
