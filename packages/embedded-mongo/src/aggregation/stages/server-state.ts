import { buildDocument } from '../../bson/build-document.ts';
import { dateTime, isDocument, typeName, type Value } from '../../bson/value.ts';
import { readArguments } from '../../commands/arguments.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
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
  for (const [name, value] of specification.entries()) {
    if (!CURRENT_OPTIONS.has(name)) {
      throw new CommandError('FailedToParse', `Unrecognized option '${name}' in $currentOp stage.`);
    }
    if (typeof value !== 'boolean') {
      throw new CommandError(
        'FailedToParse',
        `The '${name}' parameter of the $currentOp stage must be a boolean value, but found: ${typeName(value)}`,
      );
    }
  }
  return {
    source: (_collection, { database, operation }) => {
      if (database !== 'admin') {
        throw new CommandError(
          'InvalidNamespace',
          "$currentOp must be run against the 'admin' database with {aggregate: 1}",
        );
      }
      return operation === undefined ? [] : [operation()];
    },
    run: () => {
      throw new CommandError(40_602, '$currentOp is only valid as the first stage in a pipeline.');
    },
  };
};

/**
 * `$listLocalSessions`, and `$listSessions` on the collection MongoDB keeps its sessions in (MongoDB manual). No session
 * has a user, so those of users are none.
 */
function sessionList(stage: string, place: string | undefined): StageParser {
  return (specification) => {
    const isOfUsers = readListOptions(stage, specification);
    return {
      source: (collection, { database, sessions = () => [] }) => {
        if (place !== undefined && `${database}.${collection}` !== place) {
          throw new CommandError('InvalidNamespace', `${stage} may only be run against ${place}`);
        }
        return (isOfUsers ? [] : sessions()).map(({ document, usedAt }) =>
          buildDocument({ _id: document, lastUse: dateTime(usedAt) }),
        );
      },
      run: () => {
        throw new CommandError(40_602, `${stage} is only valid as the first stage in a pipeline.`);
      },
    };
  };
}

/** `$planCacheStats` (MongoDB manual): plans are chosen anew for every query, so none is ever cached. */
const planCacheStats: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(
      'FailedToParse',
      `$planCacheStats value must be an object. Found: ${typeName(specification)}`,
    );
  }
  for (const [name, value] of specification.entries()) {
    if (name !== 'allHosts') {
      throw new CommandError(
        'FailedToParse',
        "$planCacheStats parameters object may contain only the 'allHosts' field",
      );
    }
    if (value === true) {
      throw new CommandError(4_503_200, '$planCacheStats stage supports allHosts parameter only for sharded clusters');
    }
  }
  return {
    source: () => [],
    run: () => {
      throw new CommandError(40_602, '$planCacheStats is only valid as the first stage in a pipeline.');
    },
  };
};

/** Checks the options of a list of sessions; whether they ask for the sessions of certain users. */
function readListOptions(stage: string, specification: Value): boolean {
  if (!isDocument(specification)) {
    throw new CommandError(
      'TypeMismatch',
      `${stage} options must be specified in an object, but found: ${typeName(specification)}`,
    );
  }
  const options = readArguments(stage, specification, LIST_OPTIONS);
  const users = options.value('users') === undefined ? [] : options.list('users');
  for (const user of users) {
    if (!isDocument(user)) {
      throw wrongFieldType(`${stage}.users`, user, 'object');
    }
    const named = readArguments(`${stage}.users`, user, USER_FIELDS);
    named.text('user');
    named.text('db');
  }
  if (options.flag('allUsers') && users.length > 0) {
    throw new CommandError(
      'UnsupportedFormat',
      `${stage} may not specify {allUsers:true} and {users:[...]} at the same time`,
    );
  }
  return users.length > 0;
}

const LIST_OPTIONS = new Set(['allUsers', 'users']);
const USER_FIELDS = new Set(['user', 'db']);

/** The stages that tell of the server. */
export const SERVER_STATE_STAGES: readonly [string, StageParser][] = [
  ['$currentOp', currentOp],
  ['$listLocalSessions', sessionList('$listLocalSessions', undefined)],
  ['$listSessions', sessionList('$listSessions', 'config.system.sessions')],
  ['$planCacheStats', planCacheStats],
];
