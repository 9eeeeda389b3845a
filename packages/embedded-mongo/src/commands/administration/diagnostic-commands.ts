import { arch, cpus, hostname, release, totalmem, type as systemType } from 'node:os';
import { dateTime } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Command } from '../command.ts';
import { currentOp } from './current-operation.ts';
import { REPLICA_SET } from './server-commands.ts';

/** `hostInfo`: the machine the server runs on. */
const hostInfo: Command = {
  kind: 'plain',
  fields: ['hostInfo'],
  run: () => ({
    system: {
      currentTime: dateTime(Date.now()),
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: BigInt(Math.floor(totalmem() / 1024 / 1024)),
      numCores: cpus().length,
      cpuArch: arch() === 'x64' ? 'x86_64' : arch(),
      numaEnabled: false,
    },
    os: { type: systemType(), name: systemType(), version: release() },
    extra: {},
  }),
};

const LOG_NAMES = ['global', 'startupWarnings'];

/** `getLog`: always empty, as the log goes to the program that started the server. */
const getLog: Command = {
  kind: 'plain',
  fields: ['getLog'],
  run: ({ arguments: values, database }) => {
    if (database !== 'admin')
      throw new CommandError('Unauthorized', 'getLog may only be run against the admin database.');
    const name = values.text('getLog');
    if (name === '*') return { names: LOG_NAMES };
    if (!LOG_NAMES.includes(name)) throw new CommandError('OperationFailed', `No log named '${name}'`);
    return { totalLinesWritten: 0, log: [] };
  },
};

/** `whatsmyuri`: how the server names the client's end of the connection. */
const whatsmyuri: Command = {
  kind: 'plain',
  fields: ['whatsmyuri'],
  run: ({ server, connectionId }) => ({ you: `${server.address()}:${String(connectionId)}` }),
};

/** `killOp`: nothing runs beside it; MongoDB answers the same for an operation that is over. */
const killOp: Command = {
  kind: 'plain',
  fields: ['killOp', 'op'],
  run: ({ arguments: values, database }) => {
    if (database !== 'admin')
      throw new CommandError('Unauthorized', 'killOp may only be run against the admin database.');
    if (values.count('op') === undefined) {
      throw new CommandError('NoSuchKey', 'Did not provide "op" field');
    }
    return { info: 'attempting to kill op' };
  },
};

/** `replSetGetStatus`: the set of this one member. */
const replSetGetStatus: Command = {
  kind: 'plain',
  fields: ['replSetGetStatus', 'initialSync'],
  run: ({ server, database }) => {
    if (database !== 'admin') {
      throw new CommandError('Unauthorized', 'replSetGetStatus may only be run against the admin database.');
    }
    const uptime = Math.floor((Date.now() - server.startedAt) / 1000);
    const member = { _id: 0, name: server.address(), health: 1, state: 1, stateStr: 'PRIMARY', uptime, self: true };
    return { set: REPLICA_SET, date: dateTime(Date.now()), myState: 1, majorityVoteCount: 1, members: [member] };
  },
};

/** `listCommands`: every command there is, given by name. */
export function listCommandsOf(names: () => Iterable<string>): Command {
  return {
    kind: 'plain',
    fields: ['listCommands'],
    run: () => ({
      commands: Object.fromEntries(
        [...names()]
          .toSorted()
          .map((name) => [name, { help: '', requiresAuth: false, secondaryOk: false, adminOnly: false }]),
      ),
    }),
  };
}

/** The commands shells and desktop tools ask about the machine and the running operations. */
export const DIAGNOSTIC_COMMANDS: Readonly<Record<string, Command>> = {
  hostInfo,
  getLog,
  whatsmyuri,
  currentOp,
  killOp,
  replSetGetStatus,
};
