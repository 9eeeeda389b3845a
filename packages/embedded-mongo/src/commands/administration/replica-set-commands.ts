import { CommandError } from '../../server/command-error.ts';
import { adminOnly } from './admin-only.ts';
import type { Command, Reply, Request } from '../command.ts';
import { REPLICA_SET } from './server-commands.ts';

/** The configuration of the set of one member (MongoDB manual: replica set configuration). */
function configuration({ server }: Request): Reply {
  return {
    _id: REPLICA_SET,
    version: 1,
    term: 1,
    members: [
      {
        _id: 0,
        host: server.address(),
        arbiterOnly: false,
        buildIndexes: true,
        hidden: false,
        priority: 1,
        tags: {},
        secondaryDelaySecs: 0n,
        votes: 1,
      },
    ],
    protocolVersion: 1n,
    writeConcernMajorityJournalDefault: true,
    settings: {
      chainingAllowed: true,
      heartbeatIntervalMillis: 2000,
      heartbeatTimeoutSecs: 10,
      electionTimeoutMillis: 10_000,
      catchUpTimeoutMillis: -1,
      catchUpTakeoverDelayMillis: 30_000,
      getLastErrorModes: {},
      getLastErrorDefaults: { w: 1, wtimeout: 0 },
    },
  };
}

const replSetGetConfig = adminOnly('replSetGetConfig', ['commitmentStatus'], (request) => ({
  config: configuration(request),
  commitmentStatus: request.arguments.flag('commitmentStatus') ? true : undefined,
}));

const replSetInitiate = adminOnly('replSetInitiate', [], () => {
  throw new CommandError('AlreadyInitialized', 'already initialized');
});

const STEP_DOWN_FIELDS = ['secondaryCatchUpPeriodSecs', 'force'];

/** `replSetStepDown`: there is nobody who could become primary instead. */
const replSetStepDown = adminOnly('replSetStepDown', STEP_DOWN_FIELDS, ({ arguments: values }) => {
  if (values.flag('force')) throw unsupported('replSetStepDown with force');
  throw new CommandError(
    'ExceededTimeLimit',
    `No electable secondaries caught up as of ${new Date().toISOString()}. Please use the replSetStepDown command with the argument {force: true} to force node to step down.`,
  );
});

const replSetFreeze = adminOnly('replSetFreeze', [], () => {
  throw new CommandError('NotSecondary', 'cannot freeze node when primary or running for election. state: Primary');
});

const replSetMaintenance = adminOnly('replSetMaintenance', [], () => {
  throw new CommandError('NotSecondary', "primaries can't modify maintenance mode");
});

const replSetReconfig = adminOnly('replSetReconfig', ['force', 'maxTimeMS'], () => {
  throw unsupported('replSetReconfig');
});

/** `getDefaultRWConcern`: those of a MongoDB nobody has set others for. */
const getDefaultRWConcern = adminOnly('getDefaultRWConcern', ['inMemory'], () => ({
  defaultReadConcern: { level: 'local' },
  defaultWriteConcern: { w: 'majority', wtimeout: 0 },
  defaultWriteConcernSource: 'implicit',
  defaultReadConcernSource: 'implicit',
}));

const RW_CONCERN_FIELDS = ['defaultReadConcern', 'defaultWriteConcern'];

const setDefaultRWConcern = adminOnly('setDefaultRWConcern', RW_CONCERN_FIELDS, () => {
  throw unsupported('setDefaultRWConcern');
});

function unsupported(what: string): CommandError {
  return new CommandError('CommandNotSupported', `${what} is not supported by the embedded store`);
}

/** The commands about the replica set and what holds in all of it. */
export const REPLICA_SET_COMMANDS: Readonly<Record<string, Command>> = {
  replSetGetConfig,
  replSetInitiate,
  replSetStepDown,
  replSetFreeze,
  replSetMaintenance,
  replSetReconfig,
  getDefaultRWConcern,
  setDefaultRWConcern,
};
