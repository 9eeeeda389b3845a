import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { EmbeddedMongoError } from '../embedded-mongo-error.ts';
import { startEmbeddedMongo } from '../start-embedded-mongo.ts';
import { OperationError } from './operation-error.ts';

/** A server to work on. */
export interface Source {
  readonly client: MongoClient;
  close(): Promise<void>;
}

/** Where a command finds its server: a directory, or an address. */
export interface SourceOptions {
  readonly path: string;
  readonly uri?: string | undefined;
  /** Whether the store may be in use by somebody else; otherwise it must be free, and is held until `close`. */
  readonly isShared: boolean;
  /** Whether a store may be made where there is none; otherwise a mistyped path would look like an empty one. */
  readonly isNewAllowed: boolean;
}

/** Connects to the server of an address, or to the store in a directory, which is started when nobody serves it. */
export async function openSource(options: SourceOptions): Promise<Source> {
  if (options.uri !== undefined) return connect(options.uri);
  if (!options.isNewAllowed && !existsSync(join(options.path, 'store.sqlite'))) {
    throw new OperationError(`There is no store in ${options.path}.`);
  }
  try {
    const store = await startEmbeddedMongo({ path: options.path });
    const source = await connect(store.uri);
    return {
      client: source.client,
      close: async () => {
        await source.close();
        await store.close();
      },
    };
  } catch (error) {
    if (!(error instanceof EmbeddedMongoError)) throw error;
    if (error.code !== 'store-locked') throw new OperationError(error.message, 1, { cause: error });
    const socket = join(resolve(options.path), 'run', 'mongo.sock');
    if (!options.isShared) {
      throw new OperationError(`The store in ${options.path} is in use. Stop Parley first.`, 1, { cause: error });
    }
    if (!existsSync(socket)) {
      throw new OperationError(`The store in ${options.path} is in use. Give its address with --uri.`);
    }
    return connect(`mongodb://${encodeURIComponent(socket)}/?directConnection=true`);
  }
}

/** Connects to a server; fails within ten seconds when it does not answer. */
export async function connect(uri: string): Promise<Source> {
  let client: MongoClient;
  try {
    client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(`The server cannot be reached: ${reason}`, 1, { cause: error });
  }
  return { client, close: () => client.close() };
}
