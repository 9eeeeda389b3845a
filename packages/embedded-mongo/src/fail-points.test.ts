import { MongoClient, type CommandStartedEvent, type Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startEmbeddedMongo, type EmbeddedMongo } from './index.ts';
import { openTestClient } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

let store: EmbeddedMongo;
let client: MongoClient;
const started: string[] = [];

beforeAll(async () => {
  store = await startEmbeddedMongo({ path: ':memory:', testCommands: true });
  client = await MongoClient.connect(store.uri, { appName: 'mine', monitorCommands: true });
  client.on('commandStarted', (event: CommandStartedEvent) => started.push(event.commandName));
});
afterEach(async () => {
  await fail('off', {});
  await items().deleteMany({});
  started.length = 0;
});
afterAll(async () => {
  await client.close();
  await store.close();
});

function items() {
  return client.db('test').collection<{ _id: number }>('items');
}

async function fail(mode: Document | string, data: Document): Promise<Document> {
  return client.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
}

it('does not exist unless the server was started for tests', async () => {
  const test = await openTestClient();
  await expect(
    test.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' }),
  ).rejects.toMatchObject({ code: 59 });
  await test.close();
});

it('fails so many times, after so many, and only the commands and the application named', async () => {
  const data = { failCommands: ['ping'], errorCode: 2 };
  const ping = async (): Promise<number> => {
    try {
      await client.db('test').command({ ping: 1 });
      return 0;
    } catch (error) {
      return (error as { code: number }).code;
    }
  };
  await fail({ times: 2 }, data);
  await client.db('test').command({ buildInfo: 1 });
  expect([await ping(), await ping(), await ping()]).toEqual([2, 2, 0]);
  await fail({ skip: 1 }, data);
  expect([await ping(), await ping(), await ping()]).toEqual([0, 2, 2]);
  await fail('alwaysOn', { ...data, appName: 'other' });
  expect(await ping()).toBe(0);
  await fail('alwaysOn', { ...data, appName: 'mine' });
  expect(await ping()).toBe(2);
});

it('makes drivers repeat writes once, whether by error, by write concern error or by a closed connection', async () => {
  await fail({ times: 1 }, { failCommands: ['insert'], errorCode: 262 });
  await items().insertOne({ _id: 1 });
  await fail({ times: 1 }, { failCommands: ['insert'], writeConcernError: { code: 262, errmsg: 'slow' } });
  await items().insertOne({ _id: 2 });
  await fail({ times: 1 }, { failCommands: ['insert'], closeConnection: true });
  await items().insertOne({ _id: 3 });
  expect(started.filter((name) => name === 'insert')).toHaveLength(6);
  expect(await items().countDocuments()).toBe(3);
});

it('labels failures by their place unless told which labels to give', async () => {
  await fail({ times: 2 }, { failCommands: ['insert'], errorCode: 262 });
  await expect(items().insertOne({ _id: 1 })).rejects.toMatchObject({ errorLabels: ['RetryableWriteError'] });
  await fail({ times: 1 }, { failCommands: ['insert'], errorCode: 262, errorLabels: ['Mine'] });
  await expect(items().insertOne({ _id: 1 })).rejects.toMatchObject({ code: 262, errorLabels: ['Mine'] });
  const session = client.startSession();
  session.startTransaction();
  await fail({ times: 1 }, { failCommands: ['insert'], errorCode: 112 });
  await expect(items().insertOne({ _id: 1 }, { session })).rejects.toMatchObject({
    errorLabels: ['TransientTransactionError'],
  });
  await session.abortTransaction();
  await session.endSession();
});

it('makes withTransaction commit again when the commit failed half way', async () => {
  await items().insertOne({ _id: 0 });
  await fail({ times: 2 }, { failCommands: ['commitTransaction'], errorCode: 262 });
  await client.withSession((session) => session.withTransaction(() => items().insertOne({ _id: 1 }, { session })));
  expect(await items().countDocuments()).toBe(2);
  expect(started.filter((name) => name === 'commitTransaction')).toHaveLength(3);
});

it('holds an answer back and nobody else', async () => {
  await fail({ times: 1 }, { failCommands: ['find'], blockConnection: true, blockTimeMS: 600_000 });
  const held = await openRawConnection(store.uri);
  const answer = held.send({ find: 'items', $db: 'test' });
  const other = await openRawConnection(store.uri);
  await other.send({ ping: 1, $db: 'test' });
  expect(await Promise.race([answer, other.send({ find: 'items', $db: 'test' })])).toMatchObject({ ok: 1 });
  const undecided = Symbol('undecided');
  expect(await Promise.race([answer, Promise.resolve(undecided)])).toBe(undecided);
  held.close();
  other.close();
});

it('refuses other fail points, modes and data', async () => {
  const admin = client.db('admin');
  await expect(admin.command({ configureFailPoint: 'other', mode: 'off' })).rejects.toMatchObject({ code: 231 });
  await expect(fail('sometimes', {})).rejects.toMatchObject({ code: 2 });
  await expect(fail('alwaysOn', { nonsense: 1 })).rejects.toMatchObject({ code: 2 });
});
