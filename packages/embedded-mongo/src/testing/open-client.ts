import { MongoClient, type ClientSession, type Db } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from '../index.ts';
import { openRawConnection } from './raw-connection.ts';

/** A driver connected to a fresh store in memory. */
export interface TestClient {
  readonly store: EmbeddedMongo;
  readonly client: MongoClient;
  readonly db: Db;
  readonly logged: string[];
  close(): Promise<void>;
}

/** Starts a store and connects the official driver to it. */
export async function openTestClient(path = ':memory:'): Promise<TestClient> {
  const logged: string[] = [];
  const store = await startEmbeddedMongo({ path, log: (_level, message) => logged.push(message) });
  const client = await MongoClient.connect(store.uri, { serverSelectionTimeoutMS: 5_000 });
  return {
    store,
    client,
    db: client.db('test'),
    logged,
    close: async () => {
      await client.close();
      await store.close();
    },
  };
}

/** A session with a transaction, which begins with its first statement. */
export function beginTransaction({ client }: Pick<TestClient, 'client'>): ClientSession {
  const session = client.startSession();
  session.startTransaction();
  return session;
}

/** A driver connected to a fresh store, with a connection beside it for what the driver would not send. */
export async function openTestClientAndRaw() {
  const test = await openTestClient();
  const raw = await openRawConnection(test.store.uri);
  const close = async (): Promise<void> => {
    raw.close();
    await test.close();
  };
  return { test, raw, close };
}
