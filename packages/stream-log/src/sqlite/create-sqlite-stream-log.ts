import { createStreamLog } from '../create-stream-log.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { createSqliteStreamStore } from './create-sqlite-stream-store.ts';

export interface SqliteStreamLogOptions<E> {
  /** One file (its folder must exist), or `:memory:`. */
  readonly path: string;
  /** Makes an entry of its JSON value. A throw becomes `corrupt`, also when an entry is appended. */
  readonly parse: (value: unknown) => E;
}

/** A `StreamLog` in one SQLite file, with the promises of `createSqliteStreamStore`. */
export function createSqliteStreamLog<E>({ path, parse }: SqliteStreamLogOptions<E>): StreamLogStore<E> {
  return createStreamLog({ store: createSqliteStreamStore({ path }), parse });
}
