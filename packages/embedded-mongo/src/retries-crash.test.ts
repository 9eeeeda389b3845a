import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Binary, Long, MongoClient, type Document, type Timestamp } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { openRawConnection } from './testing/raw-connection.ts';

const directory = mkdtempSync(join(tmpdir(), 'parley-retries-'));
const children: ChildProcess[] = [];
const clients: MongoClient[] = [];

afterAll(async () => {
  for (const client of clients) await client.close();
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly client: MongoClient;
  /** Sends a command as it is, in a session of the test's own making. */
  readonly send: (body: Document) => Promise<Document>;
}

async function start(): Promise<Running> {
  const script = fileURLToPath(new URL('testing/crash-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const uri = line.toString().trim();
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5_000 });
  clients.push(client);
  const raw = await openRawConnection(uri);
  return { child, client, send: (body) => raw.send({ ...body, $db: body['$db'] ?? 'test' }) };
}

/** Ends the process as a crash does and starts the next one on the same directory. */
async function crash({ child }: Running): Promise<Running> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  return start();
}

function sessionFields(seed: number, txnNumber: number): Document {
  return { lsid: { id: new Binary(Buffer.alloc(16, seed), 4) }, txnNumber: Long.fromNumber(txnNumber) };
}

function withoutTimes({ operationTime: _operationTime, $clusterTime: _clusterTime, ...rest }: Document): Document {
  return rest;
}

it('gives writes repeated after kill -9 their first answers, and goes on with newer ones', async () => {
  const first = await start();
  const items = first.client.db('test').collection<{ _id: number; n: number }>('items');
  await items.insertOne({ _id: 1, n: 1 });
  const increment = { update: 'items', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }], ...sessionFields(1, 7) };
  const modify = { findAndModify: 'items', query: { _id: 1 }, update: { $inc: { n: 10 } }, ...sessionFields(2, 1) };
  const bulk = {
    bulkWrite: 1,
    $db: 'admin',
    ops: [{ update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 100 } } }],
    nsInfo: [{ ns: 'test.items' }],
    ...sessionFields(3, 1),
  };
  const answers = [await first.send(increment), await first.send(modify), await first.send(bulk)];
  expect(answers).toMatchObject([
    { ok: 1, nModified: 1 },
    { ok: 1, value: { n: 2 } },
    { ok: 1, nModified: 1 },
  ]);
  const second = await crash(first);
  const repeated = [await second.send(increment), await second.send(modify), await second.send(bulk)];
  const retried = [{ retriedStmtIds: [0] }, { retriedStmtId: 0 }, { retriedStmtIds: [0] }];
  expect(repeated.map(withoutTimes)).toEqual(
    answers.map((answer, index) => ({ ...withoutTimes(answer), ...retried[index] })),
  );
  const stored = second.client.db('test').collection<{ _id: number; n: number }>('items');
  expect(await stored.findOne()).toEqual({ _id: 1, n: 112 });
  expect(await second.send({ ...increment, ...sessionFields(1, 6) })).toMatchObject({ code: 225 });
  await second.send({ ...increment, ...sessionFields(1, 8) });
  expect(await stored.findOne()).toEqual({ _id: 1, n: 113 });

  const transaction = { ...sessionFields(4, 3), autocommit: false };
  const commit = { commitTransaction: 1, $db: 'admin', ...transaction };
  await second.send({ insert: 'items', documents: [{ _id: 2 }], ...transaction, startTransaction: true });
  expect(await second.send(commit)).toMatchObject({ ok: 1 });
  const third = await crash(second);
  expect(await third.send(commit)).toMatchObject({ ok: 1 });
  expect(await third.send({ abortTransaction: 1, $db: 'admin', ...transaction })).toMatchObject({ code: 256 });
  expect(await third.send({ ...commit, txnNumber: Long.fromNumber(4) })).toMatchObject({
    code: 251,
    errorLabels: ['TransientTransactionError'],
  });
  const exited = once(third.child, 'exit');
  third.child.kill('SIGKILL');
  await exited;
}, 30_000);

it('keeps change streams and the cluster time going across kill -9', async () => {
  const first = await start();
  const watched = first.client.db('test').collection<{ _id: number }>('watched');
  const stream = watched.watch([], { maxAwaitTimeMS: 10 });
  await stream.tryNext();
  await watched.insertMany([{ _id: 1 }, { _id: 2 }]);
  const seen = await stream.next();
  const before = (await first.send({ ping: 1 }))['operationTime'] as Timestamp;
  await stream.close();
  const second = await crash(first);
  const after = (await second.send({ ping: 1 }))['operationTime'] as Timestamp;
  expect(after.greaterThan(before)).toBe(true);
  const again = second.client.db('test').collection<{ _id: number }>('watched');
  await again.insertOne({ _id: 3 });
  const resumed = again.watch([], { resumeAfter: seen._id });
  expect([await resumed.next(), await resumed.next()]).toMatchObject([
    { documentKey: { _id: 2 } },
    { documentKey: { _id: 3 } },
  ]);
  await resumed.close();
}, 30_000);
