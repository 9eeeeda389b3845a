import type { CommandError } from '../../server/command-error.ts';
import type { Reply } from '../command.ts';

/*
 * A command that throws undoes what it wrote. One that is to fail and yet keep what it wrote, as `$merge` does with the
 * documents that could be written, answers instead, and its answer stands for this error.
 */
const failures = new WeakMap<Reply, CommandError>();

/** Makes an answer stand for an error that undoes nothing. */
export function failingWith(reply: Reply, error: CommandError): Reply {
  failures.set(reply, error);
  return reply;
}

/** Throws the error an answer stands for, if it does; only once what the command wrote is committed. */
export function throwFailure(reply: Reply): void {
  const error = failures.get(reply);
  if (error !== undefined) throw error;
}
