import { toInteger } from '../../bson/arithmetic.ts';
import type { Value } from '../../bson/value.ts';
import { isNumber } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';

const MAX_MEMBERS = 50n;

/** Refuses a `commitQuorum` of createIndexes that the one member of the set cannot be (manual: createIndexes). */
export function checkCommitQuorum(quorum: Value | undefined): void {
  if (quorum === undefined || quorum === null || quorum === 'majority' || quorum === 'votingMembers') return;
  if (typeof quorum === 'string') {
    throw new CommandError(
      'UnknownReplWriteConcern',
      `No write concern mode named '${quorum}' found in replica set configuration`,
    );
  }
  const members = isNumber(quorum) ? toInteger(quorum) : undefined;
  if (members === undefined) throw new CommandError('FailedToParse', 'commitQuorum has to be a number or a string');
  if (members < 0n || members > MAX_MEMBERS) {
    throw new CommandError(
      'FailedToParse',
      `commitQuorum has to be a non-negative number and not greater than ${String(MAX_MEMBERS)}`,
    );
  }
  if (members > 1n) {
    throw new CommandError(
      'UnsatisfiableCommitQuorum',
      'Commit quorum cannot be satisfied with the current replica set configuration',
    );
  }
}
