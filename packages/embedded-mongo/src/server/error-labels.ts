import { CommandError } from './command-error.ts';

/** Codes after which a driver may repeat a write (driver specification "Retryable Writes"). */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([
  6, 7, 89, 91, 134, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);
/** Codes after which a whole transaction may be repeated: of locks, snapshots and shards; the last is NoSuchTransaction. */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([24, 63, 112, 150, 226, 227, 239, 246, 249, 267, 13_388, 251]);

/** Codes besides the retryable ones after which a change stream may be resumed where it was. */
const RESUMABLE_CODES: ReadonlySet<number> = new Set([63, 133, 150, 234, 249, 13_388]);

/** The part of a transaction, retryable write or change stream a failed command was. */
export type LabelScope = 'none' | 'change-stream' | 'retryable-write' | 'transaction-statement' | 'transaction-end';

/** The labels a server adds to a failure; UnknownTransactionCommitResult is added by drivers alone. */
export function labelsOf(code: number, scope: LabelScope): readonly string[] {
  const isRetryable = RETRYABLE_CODES.has(code);
  const isTransient = TRANSIENT_CODES.has(code);
  if (scope === 'none') return [];
  if (scope === 'change-stream') {
    return isRetryable || RESUMABLE_CODES.has(code) ? ['ResumableChangeStreamError'] : [];
  }
  if (scope === 'transaction-statement') return isRetryable || isTransient ? ['TransientTransactionError'] : [];
  if (isRetryable) return ['RetryableWriteError'];
  return scope === 'transaction-end' && isTransient ? ['TransientTransactionError'] : [];
}

/** The labels a server adds to a `writeConcernError`: the write itself is done, so no transaction need be repeated. */
export function labelsOfConcern(code: number, scope: LabelScope): readonly string[] {
  const isRetryable = scope === 'retryable-write' || scope === 'transaction-end';
  return isRetryable && RETRYABLE_CODES.has(code) ? ['RetryableWriteError'] : [];
}

/** A failure with the labels of its place, unless it has labels of its own. */
export function withLabels(error: unknown, scope: LabelScope): unknown {
  if (!(error instanceof CommandError) || error.isLabelled) return error;
  const labels = labelsOf(error.code, scope);
  return labels.length === 0 ? error : error.relabelled(labels);
}
