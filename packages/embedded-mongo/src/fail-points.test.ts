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
  await expect(test.client.db('admin').command({ testVersion2: 1 })).rejects.toMatchObject({ code: 59 });
  await test.close();
});

it('brings a command that is outside of the Stable API', async () => {
  const admin = client.db('admin');
  expect(await admin.command({ testVersion2: 1 })).toMatchObject({ ok: 1 });
  const deprecated = { testDeprecation: 1, apiVersion: '1' };
  expect(await admin.command({ ...deprecated, apiStrict: true })).toMatchObject({ ok: 1 });
  await expect(admin.command({ ...deprecated, apiDeprecationErrors: true })).rejects.toMatchObject({ code: 324 });
  await expect(admin.command({ testVersion2: 1, apiVersion: '1', apiStrict: true })).rejects.toMatchObject({
    codeName: 'APIStrictError',
  });
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
  await fail({ times: 1 }, { failCommands: ['insert'], errorCode: 262, errorLabels: [] });
  await expect(items().insertOne({ _id: 1 })).rejects.toMatchObject({ code: 262, errorLabels: [] });
  const session = client.startSession();
  session.startTransaction();
  await items().insertOne({ _id: 0 }, { session });
  await fail({ times: 1 }, { failCommands: ['insert'], writeConcernError: { code: 91, errmsg: 'ending' } });
  await expect(items().insertOne({ _id: 1 }, { session })).rejects.toMatchObject({ errorLabels: ['ResetPool'] });
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

it('commits a transaction by another connection when the first was lost', async () => {
  await items().insertOne({ _id: 0 });
  const session = client.startSession();
  session.startTransaction();
  await items().insertOne({ _id: 1 }, { session });
  await fail({ times: 4 }, { failCommands: ['commitTransaction'], closeConnection: true });
  // Every commit is tried twice, and each try is heard of.
  await expect(session.commitTransaction()).rejects.toThrow(/closed/);
  await expect(session.commitTransaction()).rejects.toThrow(/closed/);
  await session.commitTransaction();
  await session.endSession();
  expect(await items().countDocuments()).toBe(2);
});

it('ends a transaction to which the driver will not come back', async () => {
  await items().insertOne({ _id: 0 });
  for (const end of ['commitTransaction', 'abortTransaction'] as const) {
    const session = client.startSession();
    session.startTransaction();
    await items().insertOne({ _id: 1 }, { session });
    await fail('alwaysOn', { failCommands: [end], errorCode: 251 });
    await session[end]().catch(() => undefined);
    await fail('off', {});
    // Neither waits for the writer until it gives up.
    expect(await items().insertOne({ _id: 1 })).toMatchObject({ insertedId: 1 });
    await items().deleteOne({ _id: 1 });
    await session.endSession();
  }
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

it('names the failures it is asked for, and gives unknown codes a location', async () => {
  await fail({ times: 1 }, { failCommands: ['ping'], errorCode: 11_601 });
  await expect(client.db('test').command({ ping: 1 })).rejects.toMatchObject({ codeName: 'Interrupted' });
  await fail({ times: 1 }, { failCommands: ['ping'], errorCode: 77_777 });
  await expect(client.db('test').command({ ping: 1 })).rejects.toMatchObject({ codeName: 'Location77777' });
});

it('labels what ends a change stream that may be resumed, and no other aggregation', async () => {
  const db = client.db('test');
  const asked = { aggregate: 'items', cursor: {} };
  const watching = { ...asked, pipeline: [{ $changeStream: {} }] };
  await fail({ times: 2 }, { failCommands: ['aggregate'], errorCode: 133 });
  await expect(db.command(watching)).rejects.toMatchObject({ errorLabels: ['ResumableChangeStreamError'] });
  await expect(db.command({ ...asked, pipeline: [] })).rejects.toMatchObject({ code: 133, errorLabels: [] });
  await fail({ times: 1 }, { failCommands: ['aggregate'], errorCode: 280 });
  await expect(db.command(watching)).rejects.toMatchObject({ code: 280, errorLabels: [] });
  const connection = await openRawConnection(store.uri);
  const opened = await connection.send({ ...watching, $db: 'test' });
  const more = { getMore: (opened['cursor'] as { id: unknown }).id, collection: 'items', $db: 'test' };
  await fail({ times: 1 }, { failCommands: ['getMore'], errorCode: 11_602 });
  const early = await connection.send(more);
  expect(early).toMatchObject({ ok: 0, code: 11_602 });
  expect(early).not.toHaveProperty('errorLabels');
  await client.db('admin').command({
    configureFailPoint: 'failGetMoreAfterCursorCheckout',
    mode: { times: 1 },
    data: { errorCode: 11_602 },
  });
  expect(await connection.send(more)).toMatchObject({ ok: 0, errorLabels: ['ResumableChangeStreamError'] });
  connection.close();
});

it('fails a getMore once its cursor was found, which ends the cursor', async () => {
  const admin = client.db('admin');
  await items().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
  const set = { configureFailPoint: 'failGetMoreAfterCursorCheckout', mode: { times: 1 } };
  await admin.command({ ...set, data: { errorCode: 280, nss: 'test.other' } });
  const found = await client.db('test').command({ find: 'items', batchSize: 1 });
  const more = { getMore: found['cursor'].id, collection: 'items', batchSize: 1 };
  expect(await client.db('test').command(more)).toMatchObject({ ok: 1 });
  await admin.command({ ...set, data: { errorCode: 280 } });
  await expect(client.db('test').command(more)).rejects.toMatchObject({ code: 280 });
  await expect(client.db('test').command(more)).rejects.toMatchObject({ code: 43 });
  await admin.command({ ...set, mode: 'off' });
});

it('loses the answer of a retryable write, or the write with it', async () => {
  const set = { configureFailPoint: 'onPrimaryTransactionalWrite' };
  await client.db('admin').command({ ...set, mode: { times: 1 } });
  expect(await items().insertOne({ _id: 1 })).toMatchObject({ insertedId: 1 });
  expect(await items().countDocuments()).toBe(1);
  await client.db('admin').command({ ...set, mode: { times: 1 }, data: { failBeforeCommitExceptionCode: 1 } });
  await items().insertOne({ _id: 2 });
  expect(await items().countDocuments()).toBe(2);
  await client.db('admin').command({ ...set, mode: { times: 2 }, data: { failBeforeCommitExceptionCode: 1 } });
  await expect(items().insertOne({ _id: 3 })).rejects.toThrow(/connection/);
  const data = { failBeforeCommitExceptionCode: 2, closeConnection: false };
  await client.db('admin').command({ ...set, mode: { times: 1 }, data });
  await expect(items().insertOne({ _id: 3 })).rejects.toMatchObject({ code: 2 });
  expect(started.filter((name) => name === 'insert')).toHaveLength(7);
  expect(await items().countDocuments()).toBe(2);
});

it('fails what has a time limit, also when a cursor inherits it', async () => {
  const set = { configureFailPoint: 'maxTimeAlwaysTimeOut' };
  const db = client.db('test');
  await items().insertMany([{ _id: 1 }, { _id: 2 }]);
  const limited = await db.command({ find: 'items', batchSize: 1, maxTimeMS: 60_000 });
  const free = await db.command({ find: 'items', batchSize: 1 });
  await client.db('admin').command({ ...set, mode: 'alwaysOn' });
  const [timed, untimed] = [limited, free].map((reply) => ({ getMore: reply['cursor'].id, collection: 'items' }));
  await expect(db.command(timed ?? {})).rejects.toMatchObject({ code: 50 });
  expect(await db.command(untimed ?? {})).toMatchObject({ ok: 1 });
  await expect(db.command({ count: 'items', maxTimeMS: 60_000 })).rejects.toMatchObject({ code: 50 });
  expect(await db.command({ count: 'items' })).toMatchObject({ n: 2 });
  await client.db('admin').command({ ...set, mode: 'off' });
  expect(await db.command({ count: 'items', maxTimeMS: 60_000 })).toMatchObject({ n: 2 });
});

it('meets the steps of a login too', async () => {
  const locked = await startEmbeddedMongo({ path: ':memory:', port: 0, testCommands: true });
  const owner = await MongoClient.connect(locked.uri);
  const set = { configureFailPoint: 'failCommand', mode: { times: 1 } };
  await owner.db('admin').command({ ...set, data: { failCommands: ['saslContinue'], errorCode: 20 } });
  await expect(MongoClient.connect(locked.uri)).rejects.toMatchObject({ code: 20 });
  await owner.db('admin').command({ ...set, data: { failCommands: ['saslContinue'], closeConnection: true } });
  await expect(MongoClient.connect(locked.uri)).rejects.toThrow(/closed/);
  const other = await MongoClient.connect(locked.uri);
  expect(await other.db('test').command({ ping: 1 })).toMatchObject({ ok: 1 });
  await other.close();
  await owner.close();
  await locked.close();
});

it('refuses other fail points, modes and data', async () => {
  const admin = client.db('admin');
  await expect(admin.command({ configureFailPoint: 'other', mode: 'off' })).rejects.toMatchObject({ code: 231 });
  await expect(fail('sometimes', {})).rejects.toMatchObject({ code: 2 });
  await expect(fail('alwaysOn', { nonsense: 1 })).rejects.toMatchObject({ code: 2 });
});
