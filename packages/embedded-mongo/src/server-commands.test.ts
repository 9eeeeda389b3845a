import { afterAll, expect, it } from 'vitest';
import { MongoClient, type Document } from 'mongodb';
import { openTestClient } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

const test = await openTestClient();
const admin = test.client.db('admin');
afterAll(() => test.close());

it('numbers connections, and offers no compression and no stream of topologies', async () => {
  const raw = await openRawConnection(test.store.uri);
  const hello = await raw.send({ hello: 1, compression: ['zlib'], ofTomorrow: true, $db: 'admin' });
  expect(hello).toMatchObject({ ok: 1, isWritablePrimary: true, maxWireVersion: 25 });
  expect(hello['connectionId']).not.toEqual((await admin.command({ hello: 1 }))['connectionId']);
  expect(hello).not.toHaveProperty('topologyVersion');
  expect(hello).not.toHaveProperty('compression');
  raw.close();
});

it('answers what shells and desktop tools ask when they connect', async () => {
  const answers: [Document, Document][] = [
    [{ getParameter: 1, featureCompatibilityVersion: 1 }, { featureCompatibilityVersion: { version: '8.0' } }],
    [{ hostInfo: 1 }, { system: { cpuAddrSize: 64 } }],
    [{ getLog: 'startupWarnings' }, { totalLinesWritten: 0, log: [] }],
    [{ getLog: '*' }, { names: ['global', 'startupWarnings'] }],
    [{ whatsmyuri: 1 }, { you: expect.any(String) }],
    [{ currentOp: 1 }, { inprog: [{ active: true, command: { currentOp: 1 } }] }],
    [{ killOp: 1, op: 1 }, { info: 'attempting to kill op' }],
    [{ replSetGetStatus: 1 }, { set: 'parley', myState: 1, members: [{ stateStr: 'PRIMARY', self: true }] }],
    [{ serverStatus: 1 }, { storageEngine: { name: 'sqlite' } }],
    [{ connectionStatus: 1 }, { authInfo: { authenticatedUsers: [] } }],
    [{ usersInfo: 1 }, { users: [] }],
    [{ dropAllUsersFromDatabase: 1, writeConcern: { w: 'majority' } }, { n: 0 }],
    [{ dropAllRolesFromDatabase: 1 }, { n: 0 }],
  ];
  for (const [command, answer] of answers) expect(await admin.command(command)).toMatchObject(answer);
});

it('shows of the operations in progress those that meet the conditions', async () => {
  const named = await MongoClient.connect(test.store.uri, { appName: 'shown' });
  const own = named.db('admin');
  expect(await own.command({ currentOp: 1, $ownOps: true, appName: 'shown' })).toMatchObject({
    inprog: [{ appName: 'shown', active: true }],
  });
  expect(await own.command({ currentOp: 1, appName: 'other' })).toMatchObject({ inprog: [] });
  expect(await own.command({ currentOp: 1, active: { $ne: true } })).toMatchObject({ inprog: [] });
  expect(await admin.command({ currentOp: 1 })).not.toHaveProperty('fsyncLock');
  await admin.command({ fsync: 1, lock: true });
  expect(await admin.command({ currentOp: 1 })).toMatchObject({ fsyncLock: true });
  await admin.command({ fsyncUnlock: 1 });
  await named.close();
});

async function connectionsMade(): Promise<number> {
  const status = await admin.command({ serverStatus: 1 });
  return (status as { connections: { totalCreated: number } }).connections.totalCreated;
}

it('counts the connections that have been too, as drivers ask that watch over theirs', async () => {
  const before = await connectionsMade();
  for (let count = 0; count < 3; count += 1) {
    const raw = await openRawConnection(test.store.uri);
    await raw.send({ ping: 1, $db: 'admin' });
    raw.close();
  }
  expect(await connectionsMade()).toBeGreaterThanOrEqual(before + 3);
});

it('lists its commands, and no other', async () => {
  const { commands } = (await admin.command({ listCommands: 1 })) as { commands: Document };
  expect(Object.keys(commands)).toEqual(expect.arrayContaining(['find', 'commitTransaction', 'hello', 'listCommands']));
  expect(commands).not.toHaveProperty('configureFailPoint');
});

it.each<[Document, number]>([
  [{ atlasVersion: 1 }, 59],
  [{ top: 1 }, 59],
  [{ getLog: 'other' }, 96],
  [{ killOp: 1 }, 4],
  [{ dropUser: 'nobody' }, 11],
  [{ dropDatabase: 1 }, 20],
  [{ currentOp: 1, $nonsense: 1 }, 2],
  [{ getParameter: 1, nonsense: 1 }, 72],
])('refuses %o', async (command, code) => {
  await expect(admin.command(command)).rejects.toMatchObject({ code });
});

it.each(['getLog', 'currentOp', 'killOp', 'replSetGetStatus'])('gives %s on admin alone', async (name) => {
  await expect(
    test.db.command({ [name]: name === 'getLog' ? '*' : 1, ...(name === 'killOp' ? { op: 1 } : {}) }),
  ).rejects.toMatchObject({
    code: 13,
  });
});

it.each<Document>([
  { createSearchIndexes: 'items', indexes: [{ definition: { mappings: { dynamic: true } } }] },
  { updateSearchIndex: 'items', name: 'a', definition: {} },
  { dropSearchIndex: 'items', name: 'a' },
  { aggregate: 'items', pipeline: [{ $listSearchIndexes: {} }], cursor: {} },
])('says of %o that it needs a search server', async (command) => {
  await expect(test.db.command(command)).rejects.toMatchObject({
    code: 31_082,
    codeName: 'SearchNotEnabled',
    message: expect.stringContaining('Atlas Search Database Commands'),
  });
});
