import { formatValue } from '../../bson/format-value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import type { Connection } from '../../store/connection.ts';
import type { Store } from '../../store/open-store.ts';
import { CommandError } from '../command-error.ts';

/** What a still picture of the store shows, and the cluster time it is of. */
export interface Snapshot {
  readonly time: bigint;
  readonly view: View;
  /** Whether it can still be looked at. */
  isKept(): boolean;
  /** Keeps it until the holder releases what it holds, unless the write-ahead log grows too long on its account. */
  holdFor(holder: object): void;
}

/** The still pictures that transactions and reads with `readConcern: {level: 'snapshot'}` outside of them look at. */
export interface Snapshots {
  /** The picture of a cluster time, or of now; throws SnapshotTooOld for a time that is not kept any more. */
  take(time: bigint | undefined): Snapshot;
  /** Ends what a holder holds. */
  release(holder: object): void;
  /** To be told after every commit. */
  onCommit(): void;
  /** Lets go of pictures that have been kept long enough. */
  sweep(now: number): void;
  close(): void;
}

interface Picture {
  /** The commit whose state it shows. */
  readonly from: bigint;
  /** The first commit it does not show; undefined while there is none. */
  until: bigint | undefined;
  readonly view: View;
  readonly takenAt: number;
  /** Who reads from it and must not lose it. */
  readonly holders: Set<object>;
  close(): void;
}

/** How long a picture that nobody holds is kept (minSnapshotHistoryWindowInSeconds). */
const KEPT_MILLISECONDS = 5 * 60_000;
/** How many are kept that nobody holds: each has a connection. */
const MAX_PICTURES = 16;
/** The write-ahead log is not emptied while a picture needs it; beyond this size those that nobody holds have to go. */
const SPARE_LOG_BYTES = 128 * 1024 * 1024;
/** And beyond this size all. */
const MAX_LOG_BYTES = 2 * SPARE_LOG_BYTES;

interface Surroundings {
  readonly reading: View;
  readonly store: Pick<Store, 'openReader' | 'logBytes'>;
  /** The cluster time, which every commit puts forward. */
  readonly latest: () => bigint;
}

/** Creates the snapshots of a store. */
export function createSnapshots({ reading, store, latest }: Surroundings): Snapshots {
  let pictures: Picture[] = [];
  let lastCommit = latest();

  const drop = (isDropped: (picture: Picture) => boolean): void => {
    for (const picture of pictures) if (isDropped(picture)) picture.close();
    pictures = pictures.filter((picture) => !isDropped(picture));
  };

  const photograph = (): Picture => {
    const connection = closable(store.openReader());
    connection.run('BEGIN');
    // The picture is of the first read, not of the BEGIN.
    connection.get('SELECT count(*) FROM collections');
    const catalogue = reading.catalogue();
    return {
      from: lastCommit,
      until: undefined,
      view: { ...reading, connection, catalogue: () => catalogue },
      takenAt: Date.now(),
      holders: new Set(),
      close: () => connection.close(),
    };
  };

  const current = (): Picture => {
    const known = pictures.find((picture) => picture.until === undefined);
    if (known !== undefined) return known;
    const spare = pictures.filter(isSpare);
    if (spare.length >= MAX_PICTURES) drop((picture) => picture === spare[0]);
    const picture = photograph();
    pictures.push(picture);
    return picture;
  };

  const shown = (picture: Picture): Omit<Snapshot, 'time'> => ({
    view: picture.view,
    isKept: () => pictures.includes(picture),
    holdFor: (holder) => picture.holders.add(holder),
  });

  return {
    take: (time = latest()) => {
      if (time >= lastCommit) return { time, ...shown(current()) };
      const kept = pictures.find(({ from, until }) => from <= time && until !== undefined && time < until);
      if (kept === undefined) throw tooOld(time, pictures[0]?.from ?? lastCommit);
      return { time, ...shown(kept) };
    },
    release: (holder) => {
      for (const { holders } of pictures) holders.delete(holder);
    },
    onCommit: () => {
      lastCommit = latest();
      for (const picture of pictures) picture.until ??= lastCommit;
      const logged = pictures.length > 0 ? store.logBytes() : 0;
      if (logged > SPARE_LOG_BYTES) drop((picture) => logged > MAX_LOG_BYTES || isSpare(picture));
    },
    sweep: (at) => drop((picture) => isSpare(picture) && at - picture.takenAt > KEPT_MILLISECONDS),
    close: () => drop(() => true),
  };
}

function isSpare({ holders }: Picture): boolean {
  return holders.size === 0;
}

function tooOld(time: bigint, oldest: bigint): CommandError {
  const [asked, kept] = [time, oldest].map((value) => formatValue({ kind: 'timestamp', value }));
  return new CommandError(
    'SnapshotTooOld',
    `Read timestamp ${asked ?? ''} is older than the oldest available timestamp ${kept ?? ''}.`,
  );
}

/** A connection that refuses with SnapshotTooOld once it is closed, as a cursor may still be reading from it. */
function closable(connection: Connection): Connection {
  let isClosed = false;
  const open = (): Connection => {
    if (!isClosed) return connection;
    throw new CommandError('SnapshotTooOld', 'The snapshot of this read is not kept any more.');
  };
  return {
    run: (sql, ...parameters) => open().run(sql, ...parameters),
    all: (sql, ...parameters) => open().all(sql, ...parameters),
    get: (sql, ...parameters) => open().get(sql, ...parameters),
    isInTransaction: () => open().isInTransaction(),
    forget: (table) => open().forget(table),
    close: () => {
      isClosed = true;
      connection.close();
    },
  };
}
