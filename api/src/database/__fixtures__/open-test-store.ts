import { randomUUID } from 'node:crypto';
import { startEmbeddedMongo } from '@parley/embedded-mongo';
import mongoose from 'mongoose';

/** An empty database for one test file. */
export interface TestStore {
  /** With the name of the database, where the server has others. */
  readonly uri: string;
  close(): Promise<void>;
}

/**
 * Opens an embedded store in memory or, when `TEST_MONGO_URI` names a server, a database of its own there, which is
 * dropped on `close`. So the same tests judge both.
 */
export async function openTestStore(): Promise<TestStore> {
  return openOnTestServer() ?? (await startEmbeddedMongo({ path: ':memory:' }));
}

/** A database of its own on the server that `TEST_MONGO_URI` names; undefined when it names none. */
export function openOnTestServer(): TestStore | undefined {
  const server = process.env['TEST_MONGO_URI'];
  if (server === undefined || server === '') return undefined;
  const { head, options } = partsOf(server);
  const uri = `${head}/parley-test-${randomUUID()}${options}`;
  return {
    uri,
    close: async () => {
      const connection = await mongoose.createConnection(uri).asPromise();
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** A connection string before and after the name of the database. Options take `admin` for granted where one logs in. */
function partsOf(uri: string): { readonly head: string; readonly options: string } {
  const match = /^(?<head>mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/(?<name>[^?]*))?(?<options>\?.*)?$/.exec(uri);
  const { head, name = '', options = '' } = match?.groups ?? {};
  if (head === undefined) throw new Error('TEST_MONGO_URI is no connection string.');
  if (!head.includes('@') || options.includes('authSource=')) return { head, options };
  // The name told the driver where the user is known; the new name must not.
  const source = `authSource=${name === '' ? 'admin' : name}`;
  return { head, options: options === '' ? `?${source}` : `${options}&${source}` };
}
