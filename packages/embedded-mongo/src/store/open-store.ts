import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedMongoError } from '../embedded-mongo-error.ts';
import { createConnection, integerOf, textOf, type Connection } from './connection.ts';
import { migrate, MIGRATIONS } from './migrations.ts';

/** The two connections of a store: the only writer, and a reader that sees committed data alone. */
export interface Store {
  readonly writer: Connection;
  readonly reader: Connection;
  /** A further reader, for one still picture; whoever opens it closes it. */
  openReader(): Connection;
  /** The size of the write-ahead log. */
  logBytes(): number;
  close(): void;
}

/** How hard a commit is pressed onto the disk; `none` is for stores that are thrown away. */
export type Synchronous = 'full' | 'normal' | 'none';

const APPLICATION_ID = 0x50_61_72_6c;

/** Opens or creates the store in a directory, checking format version and integrity first. */
export function openStore(directory: string, synchronous: Synchronous): Store {
  const file = join(directory, 'store.sqlite');
  closeSync(openSync(file, 'a', 0o600));
  const database = open(file);
  try {
    prepareWriter(database, file, synchronous);
    const connections = { writer: createConnection(database), reader: openReader(file, 16_384) };
    return {
      ...connections,
      openReader: () => openReader(file, 2_048),
      logBytes: () => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      close: () => {
        connections.reader.close();
        connections.writer.close();
      },
    };
  } catch (error) {
    database.close();
    throw translate(error);
  }
}

function openReader(file: string, cacheKibibytes: number): Connection {
  const reader = open(file, { readOnly: true });
  reader.exec(`PRAGMA busy_timeout = 5000; PRAGMA cache_size = -${String(cacheKibibytes)}; PRAGMA mmap_size = 0`);
  return createConnection(reader);
}

function open(file: string, options: { readOnly?: boolean } = {}): DatabaseSync {
  try {
    return new DatabaseSync(file, options);
  } catch (error) {
    throw translate(error);
  }
}

const SQLITE_CORRUPT = 11;

function translate(error: unknown): EmbeddedMongoError {
  if (error instanceof EmbeddedMongoError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_CORRUPT) {
    return new EmbeddedMongoError('store-corrupt', `The store is damaged: ${reason}`, { cause: error });
  }
  return new EmbeddedMongoError('store-unreadable', `The store cannot be opened: ${reason}`, { cause: error });
}

const SYNCHRONOUS = { full: 'FULL', normal: 'NORMAL', none: 'OFF' } as const;

/** Pages of the log before they go to their places: twice SQLite’s own, as many of them are written again and again. */
const CHECKPOINT_PAGES = 2_000;

function prepareWriter(database: DatabaseSync, file: string, synchronous: Synchronous): void {
  const pragma = (name: string): number => {
    const row = database.prepare(`PRAGMA ${name}`).get();
    return integerOf(row?.[name]);
  };
  const version = pragma('user_version');
  const isNew =
    version === 0 && integerOf(database.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.['n']) === 0;
  if (!isNew && pragma('application_id') !== APPLICATION_ID) {
    throw new EmbeddedMongoError('store-unreadable', 'The file is a SQLite database of another program.');
  }
  if (version > MIGRATIONS.length) {
    throw new EmbeddedMongoError(
      'store-too-new',
      `The store has format ${String(version)}; this version understands ${String(MIGRATIONS.length)}. Start the newer version.`,
    );
  }
  checkIntegrity(database);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${SYNCHRONOUS[synchronous]};
    PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16384; PRAGMA mmap_size = 0;
    PRAGMA wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}; PRAGMA journal_size_limit = 67108864;
    PRAGMA trusted_schema = OFF`);
  if (isNew) database.exec(`PRAGMA application_id = ${String(APPLICATION_ID)}`);
  migrate(database, file, version, MIGRATIONS);
}

function checkIntegrity(database: DatabaseSync): void {
  const verdict = textOf(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
  if (verdict !== 'ok') throw new EmbeddedMongoError('store-corrupt', `The store is damaged: ${verdict}`);
}
