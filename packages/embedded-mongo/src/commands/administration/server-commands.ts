import { isTruthy } from '../../aggregation/expression.ts';
import { dateTime } from '../../bson/value.ts';
import { MAX_DOCUMENT_BYTES } from '../../update/storable.ts';
import type { Command, Reply, Request, ServerFacts } from '../command.ts';
import { MAX_MESSAGE_BYTES } from '../../wire/limits.ts';
import { MAX_BATCH } from '../writes/insert.ts';

/** The name of the set whose only member the server is. */
export const REPLICA_SET = 'parley';
const VERSION = '8.0.0';

/** The set's only election, as MongoDB writes the first. */
const ELECTION = '7fffffff0000000000000001';

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
    electionId: { kind: 'objectId', hex: ELECTION },
    lastWrite: lastWriteOf(server.lastWrite()),
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

/** Drivers refuse `maxStalenessSeconds` unless every member says when it last wrote. */
function lastWriteOf(time: bigint): Reply {
  const opTime = { ts: { kind: 'timestamp', value: time }, t: 1n } as const;
  const date = dateTime(Number(time >> 32n) * 1000);
  return { opTime, lastWriteDate: date, majorityOpTime: opTime, majorityWriteDate: date };
}

/** Drivers to come may say more in their handshake than those of today. */
function hello(name: string): Command {
  return {
    kind: 'plain',
    fields: [name],
    takesAnyField: true,
    run: (request) => helloReply(request, name !== 'hello'),
  };
}

const ping: Command = { kind: 'plain', fields: ['ping'], takesAnyField: true, run: () => ({}) };

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

/** `serverStatus`: any section may be asked for or left out; those there are not stay away, as in MongoDB. */
const serverStatus: Command = {
  kind: 'plain',
  fields: ['serverStatus'],
  takesAnyField: true,
  run: ({ server, cursors, body }) => {
    const sections = Object.entries(sectionsOf(server, cursors));
    return {
      host: server.address(),
      version: VERSION,
      process: 'parley-embedded-store',
      pid: BigInt(process.pid),
      uptime: Math.floor((Date.now() - server.startedAt) / 1000),
      uptimeMillis: BigInt(Date.now() - server.startedAt),
      uptimeEstimate: BigInt(Math.floor((Date.now() - server.startedAt) / 1000)),
      localTime: dateTime(Date.now()),
      ...Object.fromEntries(sections.filter(([name]) => !body.has(name) || isTruthy(body.get(name)))),
    };
  },
};

/** The sections of `serverStatus`, as far as they are known; what is not counted is left out. */
function sectionsOf(server: ServerFacts, cursors: Request['cursors']): Reply {
  const memory = process.memoryUsage();
  const [current, host] = [server.connections(), server.address()];
  const idle = { total: 0, readers: 0, writers: 0 };
  return {
    connections: { current, available: MAX_CONNECTIONS - current, totalCreated: server.connectionsMade(), active: 1 },
    globalLock: {
      totalTime: BigInt(Date.now() - server.startedAt) * 1000n,
      currentQueue: idle,
      activeClients: { ...idle, total: 1 },
    },
    mem: { bits: 64, resident: mebibytes(memory.rss), virtual: mebibytes(memory.rss), supported: true },
    metrics: { cursor: { open: { total: BigInt(cursors.count()) } } },
    repl: {
      setName: REPLICA_SET,
      setVersion: 1,
      isWritablePrimary: true,
      secondary: false,
      primary: host,
      me: host,
      hosts: [host],
    },
    storageEngine: { name: 'sqlite', supportsCommittedReads: true, persistent: true, readOnly: false },
  };
}

/** As many as MongoDB lets in where the system sets no limit. */
const MAX_CONNECTIONS = 838_860;

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}

const connectionStatus: Command = {
  kind: 'plain',
  fields: ['connectionStatus', 'showPrivileges'],
  run: ({ arguments: values, server, connectionId }) => {
    const user = server.userOf(connectionId);
    return {
      authInfo: {
        authenticatedUsers: user === undefined ? [] : [{ user, db: 'admin' }],
        authenticatedUserRoles: user === undefined ? [] : [{ role: 'root', db: 'admin' }],
        authenticatedUserPrivileges: values.flag('showPrivileges') ? [] : undefined,
      },
    };
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
  getCmdLineOpts,
};
