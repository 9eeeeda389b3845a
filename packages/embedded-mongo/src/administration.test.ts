import { afterAll, expect, it } from 'vitest';
import type { Document } from 'mongodb';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const admin = test.client.db('admin');
afterAll(() => test.close());

it('tells sections of its state, without those that are not wanted', async () => {
  const status = await admin.command({ serverStatus: 1, wiredTiger: 1, mem: 0 });
  expect(status).toMatchObject({
    connections: { current: expect.any(Number), available: expect.any(Number) },
    globalLock: { activeClients: { total: 1 } },
    repl: { setName: 'parley', isWritablePrimary: true },
  });
  expect(status).not.toHaveProperty('wiredTiger');
  expect(status).not.toHaveProperty('mem');
});

it('tells how the set of one member is configured', async () => {
  const { config } = await admin.command({ replSetGetConfig: 1 });
  const { me } = await admin.command({ hello: 1 });
  expect(config).toMatchObject({ _id: 'parley', version: 1, members: [{ _id: 0, host: me, votes: 1 }] });
  expect(await admin.command({ replSetGetConfig: 1, commitmentStatus: true })).toMatchObject({
    commitmentStatus: true,
  });
  expect(await admin.command({ getDefaultRWConcern: 1 })).toMatchObject({
    defaultReadConcern: { level: 'local' },
    defaultWriteConcern: { w: 'majority', wtimeout: 0 },
    defaultWriteConcernSource: 'implicit',
  });
});

it.each<[Document, number]>([
  [{ replSetInitiate: {} }, 23],
  [{ replSetStepDown: 1 }, 262],
  [{ replSetStepDown: 1, force: true }, 115],
  [{ replSetFreeze: 1 }, 95],
  [{ replSetMaintenance: true }, 95],
  [{ replSetReconfig: {} }, 115],
  [{ setDefaultRWConcern: 1, defaultWriteConcern: { w: 1 } }, 115],
  [{ reIndex: 'items' }, 20],
  [{ planCacheSetFilter: 'items', query: {}, indexes: [{ a: 1 }] }, 115],
  [{ planCacheClear: 'items', sort: { a: 1 } }, 2],
  [{ dataSize: 'items' }, 73],
  [{ dataSize: 'admin.items', min: { a: 1 } }, 115],
  [{ getParameter: 1, noSuchParameter: 1 }, 72],
  [{ getParameter: { some: true } }, 40_415],
  [{ setParameter: 1 }, 72],
  [{ setParameter: 1, noSuchParameter: 1 }, 72],
  [{ setParameter: 1, ttlMonitorEnabled: false }, 20],
])('refuses %j', async (command, code) => {
  await expect(admin.command(command)).rejects.toMatchObject({ code });
});

it('answers some questions in the admin database only', async () => {
  for (const command of [{ replSetGetConfig: 1 }, { getParameter: '*' }, { getDefaultRWConcern: 1 }]) {
    await expect(test.db.command(command)).rejects.toMatchObject({ code: 13, codeName: 'Unauthorized' });
  }
});

it('gives parameters by name, all of them, and with what can be done to them', async () => {
  const named = await admin.command({ getParameter: 1, requireApiVersion: 1, noSuchParameter: 1 });
  expect(named).toMatchObject({ requireApiVersion: false });
  expect(named).not.toHaveProperty('logLevel');
  expect(await admin.command({ getParameter: '*' })).toMatchObject({
    featureCompatibilityVersion: { version: '8.0' },
    enableTestCommands: false,
    logLevel: 0,
  });
  expect(await admin.command({ getParameter: { showDetails: true }, quiet: 1 })).toMatchObject({
    quiet: { value: false, settableAtRuntime: false, settableAtStartup: false },
  });
});

it('measures a collection', async () => {
  await test.db.collection('measured').insertMany([{ _id: 1 as never }, { _id: 2 as never }]);
  expect(await test.db.command({ dataSize: 'test.measured' })).toMatchObject({
    size: 28,
    numObjects: 2,
    estimate: false,
  });
  expect(await test.db.command({ dataSize: 'test.none' })).toMatchObject({ size: 0, numObjects: 0 });
  const [statistics] = await test.db
    .collection('measured')
    .aggregate([{ $collStats: { latencyStats: { histograms: true }, queryExecStats: {} } }])
    .toArray();
  expect(statistics).toMatchObject({
    latencyStats: { reads: { histogram: [] } },
    queryExecStats: { collectionScans: { total: 0 } },
  });
});

it('keeps no plans and no filters of plans', async () => {
  expect(await test.db.command({ planCacheClear: 'measured', query: { a: 1 } })).toMatchObject({ ok: 1 });
  expect(await test.db.command({ planCacheListFilters: 'measured' })).toMatchObject({ filters: [] });
});

it('shows no privileges unless asked', async () => {
  const plain = await admin.command({ connectionStatus: 1 });
  expect(plain['authInfo']).not.toHaveProperty('authenticatedUserPrivileges');
  expect(await admin.command({ connectionStatus: 1, showPrivileges: true })).toMatchObject({
    authInfo: { authenticatedUserPrivileges: [] },
  });
});
