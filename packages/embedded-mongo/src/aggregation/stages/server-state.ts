import { buildDocument } from '../../bson/build-document.ts';
import { isDocument } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StageParser } from '../stage.ts';

const CURRENT_OPTIONS = new Set(['allUsers', 'idleConnections', 'idleCursors', 'idleSessions', 'localOps']);

/**
 * `$currentOp` (MongoDB manual: $currentOp). Commands run one after another, so the only operation in progress is the
 * aggregation that asks.
 */
const currentOp: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError('FailedToParse', '$currentOp options must be specified in an object');
  }
  for (const [name] of specification.entries()) {
    if (!CURRENT_OPTIONS.has(name)) {
      throw new CommandError('FailedToParse', `Unrecognized option '${name}' in $currentOp stage.`);
    }
  }
  return {
    source: (_collection, { database }) => {
      if (database !== 'admin') {
        throw new CommandError(
          'InvalidNamespace',
          "$currentOp must be run against the 'admin' database with {aggregate: 1}",
        );
      }
      return [buildDocument({ type: 'op', active: true, op: 'command', ns: 'admin.$cmd.aggregate' })];
    },
    run: () => {
      throw new CommandError(40_602, '$currentOp is only valid as the first stage in a pipeline.');
    },
  };
};

const listLocalSessions: StageParser = () => {
  throw new CommandError('CommandNotSupported', '$listLocalSessions is not supported by the embedded store');
};

/** The stages that tell of the server. */
export const SERVER_STATE_STAGES: readonly [string, StageParser][] = [
  ['$currentOp', currentOp],
  ['$listLocalSessions', listLocalSessions],
];
