import { CommandError } from './command-error.ts';

/** The end of an operation that took longer than its `maxTimeMS`. */
export function timeExpired(): CommandError {
  return new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
}
