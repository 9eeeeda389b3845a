import type { Literal } from '../../bson/build-document.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Request } from '../command.ts';

/** Runs one part of a batch; a failure MongoDB reports per part becomes a write error, anything else is thrown. */
export function attempt(index: number, errors: { readonly [name: string]: Literal }[], work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof CommandError) || error.labels.length > 0) throw error;
    errors.push({ index, code: error.code, errmsg: error.message, ...Object.fromEntries(error.fields) });
    return false;
  }
}

/** The refusal of a write of many documents that asks to be repeatable. */
export function refusedRetry(option: 'multi=true' | 'limit=0'): CommandError {
  return new CommandError('InvalidOptions', `Cannot use (or request) retryable writes with ${option}`);
}

/** The `writeErrors` field of a reply: absent when there are none. */
export function writeErrorsField(errors: readonly { readonly [name: string]: Literal }[]): {
  readonly [name: string]: Literal;
} {
  return errors.length === 0 ? {} : { writeErrors: errors };
}

/**
 * Whether a batch ends with its first failure: it is ordered unless it says otherwise, and always so in a transaction,
 * which that failure ends.
 */
export function endsAtFailure(request: Request): boolean {
  return (request.arguments.optionalFlag('ordered') ?? true) || request.isInTransaction;
}
