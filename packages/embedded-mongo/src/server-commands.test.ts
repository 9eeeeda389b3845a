import { afterAll, expect, it } from 'vitest';
import type { Document } from 'mongodb';
import { openTestClient } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

const test = await openTestClient();
const admin = test.client.db('admin');
afterAll(() => test.close());

it('numbers connections, and offers no compression and no stream of topologies', async () => {
  const raw = await openRawConnection(test.store.uri);
  const hello = await raw.send({ hello: 1, compression: ['zlib'], $db: 'admin' });
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
  ];
  for (const [command, answer] of answers) expect(await admin.command(command)).toMatchObject(answer);
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
  [{ currentOp: 1, nonsense: 1 }, 40_415],
  [{ getParameter: 1, nonsense: 1 }, 40_415],
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
