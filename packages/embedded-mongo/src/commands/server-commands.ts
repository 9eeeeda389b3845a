import { dateTime } from '../bson/value.ts';
import { MAX_DOCUMENT_BYTES } from '../update/storable.ts';
import { CommandError } from '../server/command-error.ts';
import type { Command, Reply, Request } from './command.ts';
import { MAX_MESSAGE_BYTES } from '../wire/limits.ts';
import { MAX_BATCH } from './insert.ts';

/** The name of the set whose only member the server is. */
export const REPLICA_SET = 'parley';
const VERSION = '8.0.0';

/** The handshake: a primary of a one-member replica set, so that sessions and retryable writes are on. */
function helloReply({ server, connectionId }: Request, isLegacy: boolean): Reply {
  const host = server.address();
  return {
    [isLegacy ? 'ismaster' : 'isWritablePrimary']: true,
    helloOk: true,
    setName: REPLICA_SET,
    setVersion: 1,
    secondary: false,
    primary: host,
    me: host,
    hosts: [host],
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_BATCH,
    localTime: dateTime(Date.now()),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  };
}

const HELLO_FIELDS = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'topologyVersion',
  'maxAwaitTimeMS',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'hostInfo',
  'backpressure',
];

function hello(name: string): Command {
  return {
    kind: 'plain',
    fields: [name, ...HELLO_FIELDS],
    run: (request) => helloReply(request, name !== 'hello'),
  };
}

const ping: Command = { kind: 'plain', fields: ['ping'], run: () => ({}) };

const buildInfo: Command = {
  kind: 'plain',
  fields: ['buildInfo', 'buildinfo'],
  run: () => ({
    version: VERSION,
    gitVersion: 'parley-embedded-store',
    modules: ['parley-embedded-store'],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    versionArray: [8, 0, 0, 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['sqlite'],
  }),
};

const serverStatus: Command = {
  kind: 'plain',
  fields: ['serverStatus', 'repl', 'metrics', 'locks', 'recordStats', 'tcmalloc'],
  run: ({ server, cursors }) => ({
    host: server.address(),
    version: VERSION,
    process: 'parley-embedded-store',
    pid: process.pid,
    uptime: Math.floor((Date.now() - server.startedAt) / 1000),
    uptimeMillis: Date.now() - server.startedAt,
    localTime: dateTime(Date.now()),
    connections: { current: server.connections() },
    metrics: { cursor: { open: { total: cursors.count() } } },
    storageEngine: { name: 'sqlite', persistent: true },
  }),
};

const connectionStatus: Command = {
  kind: 'plain',
  fields: ['connectionStatus', 'showPrivileges'],
  run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

const getParameter: Command = {
  kind: 'plain',
  fields: ['getParameter', 'allParameters', 'featureCompatibilityVersion'],
  run: ({ body, arguments: values }) => {
    const all = values.value('getParameter') === '*';
    if (all || body.has('featureCompatibilityVersion')) return { featureCompatibilityVersion: { version: '8.0' } };
    throw new CommandError('InvalidOptions', 'no option found to get');
  },
};

const getCmdLineOpts: Command = { kind: 'plain', fields: ['getCmdLineOpts'], run: () => ({ argv: [], parsed: {} }) };

/** The commands about the server itself. */
export const SERVER_COMMANDS: Readonly<Record<string, Command>> = {
  hello: hello('hello'),
  isMaster: hello('isMaster'),
  ismaster: hello('ismaster'),
  ping,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus,
  connectionStatus,
  getParameter,
  getCmdLineOpts,
};
