import path from 'node:path';
import { EmbeddedMongoError, startEmbeddedMongo } from '@parley/embedded-mongo';
import type { EmbeddedMongo } from '@parley/embedded-mongo';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import { StartError } from '../start-error.ts';
import { connectDatabase } from './connect.ts';
import type { Database } from './connect.ts';
import { startDatabaseClock } from './database-clock.ts';

/** A database with the time that everybody who uses it agrees on. */
export interface TimedDatabase extends Database {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Connects to the MongoDB of the configuration or, where none is named, starts the embedded store below the data
 * folder; closing the database stops it again. Throws a `StartError` when there is no store to be had.
 */
export async function openDatabase(
  { mongoUri, dataDir }: Pick<AppConfig, 'mongoUri' | 'dataDir'>,
  log: Logger,
): Promise<TimedDatabase> {
  if (mongoUri !== undefined) return await connectToMongo(mongoUri, log);
  const store = await startStore(path.join(dataDir, 'mongo'), log);
  try {
    const database = await connectDatabase(store.uri);
    return {
      ...database,
      now: Date.now,
      async close() {
        await database.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function connectToMongo(uri: string, log: Logger): Promise<TimedDatabase> {
  try {
    const database = await connectDatabase(uri);
    return await withClock(database, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The MongoDB of MONGO_URI cannot be reached: ${reason}. Check the address and that MongoDB runs, or leave MONGO_URI empty for the built-in store.`,
      { cause: error },
    );
  }
}

async function withClock(database: Database, log: Logger): Promise<TimedDatabase> {
  try {
    const clock = await startDatabaseClock(database.connection, log);
    return {
      ...database,
      now: () => clock.now(),
      async close() {
        clock.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startStore(folder: string, log: Logger): Promise<EmbeddedMongo> {
  try {
    return await startEmbeddedMongo({
      path: folder,
      log: (level, message) => log[level]({ part: 'embedded store' }, message),
      // Nothing works without it: as an uncaught error it ends the process in good order.
      onExit: (error) => {
        throw error;
      },
    });
  } catch (error) {
    if (!(error instanceof EmbeddedMongoError)) throw error;
    const hint =
      error.code === 'store-locked'
        ? ' Parley may be running already: stop it, or name another folder in PARLEY_DATA_DIR.'
        : '';
    throw new StartError(error.message + hint, { cause: error });
  }
}
