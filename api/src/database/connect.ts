import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { orAborted } from '../or-aborted.ts';

/** Milliseconds. A query that takes longer than `query` has lost its server or needs an index. */
const timeouts = { select: 5_000, connect: 5_000, socket: 30_000, query: 15_000, ping: 2_000 } as const;

// A condition on a field that does not exist would match everything: it must be an error. Mongoose knows no other place for this.
mongoose.set('strictQuery', 'throw');

export interface Database {
  /** Repositories put their models on it. */
  readonly connection: Connection;
  /** Creates the collections and indexes of every model that was put on the connection. Call it before the first request. */
  createIndexes(): Promise<void>;
  /** Resolves when the database answers; rejects after two seconds at the latest. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to MongoDB or to the embedded store; rejects within five seconds when there is neither at `uri`. */
export async function connectDatabase(uri: string): Promise<Database> {
  const connection = mongoose.createConnection(uri, {
    dbName: databaseName(uri),
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    serverSelectionTimeoutMS: timeouts.select,
    connectTimeoutMS: timeouts.connect,
    socketTimeoutMS: timeouts.socket,
  });
  connection.set('maxTimeMS', timeouts.query);
  await connection.asPromise();

  return {
    connection,
    async createIndexes() {
      for (const model of Object.values(connection.models)) {
        await model.createCollection();
        await model.createIndexes();
      }
    },
    async ping() {
      if (connection.db === undefined) throw new Error('The database is not connected.');
      await orAborted(connection.db.command({ ping: 1 }), AbortSignal.timeout(timeouts.ping));
    },
    async close() {
      await connection.close();
    },
  };
}

/** The database named in the URI's path, else `parley` (the driver itself would take `test`). */
function databaseName(uri: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(uri)?.[1];
  return path === undefined || path === '' ? 'parley' : decodeURIComponent(path);
}
