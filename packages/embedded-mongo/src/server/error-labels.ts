import { CommandError } from './command-error.ts';

/** Codes after which a driver may repeat a write (driver specification "Retryable Writes"). */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([
  6, 7, 89, 91, 134, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);
/** Codes after which a whole transaction may be repeated: LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction. */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([24, 112, 246, 251]);

/** The part of a transaction or retryable write a failed command was. */
export type LabelScope = 'none' | 'retryable-write' | 'transaction-statement' | 'transaction-end';

/** The labels a server adds to a failure; UnknownTransactionCommitResult is added by drivers alone. */
export function labelsOf(code: number, scope: LabelScope): readonly string[] {
  const isRetryable = RETRYABLE_CODES.has(code);
  const isTransient = TRANSIENT_CODES.has(code);
  if (scope === 'none') return [];
  if (scope === 'transaction-statement') return isRetryable || isTransient ? ['TransientTransactionError'] : [];
  if (isRetryable) return ['RetryableWriteError'];
  return scope === 'transaction-end' && isTransient ? ['TransientTransactionError'] : [];
}

/** A failure with the labels of its place, unless it has labels of its own. */
export function withLabels(error: unknown, scope: LabelScope): unknown {
  if (!(error instanceof CommandError) || error.labels.length > 0) return error;
  const labels = labelsOf(error.code, scope);
  return labels.length === 0 ? error : error.relabelled(labels);
}
