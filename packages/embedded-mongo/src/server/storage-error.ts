import { CommandError } from './command-error.ts';

const SQLITE_FULL = 13;
const PRIMARY_CODE = 0xff;

/** The failure a client sees for any error: its own, a full disk's, or an internal one without details. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (isDiskFull(error)) return new CommandError('OutOfDiskSpace', 'The disk is full: nothing was written');
  return new CommandError('InternalError', 'internal error of the embedded store');
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  return (error.errcode & PRIMARY_CODE) === SQLITE_FULL;
}
