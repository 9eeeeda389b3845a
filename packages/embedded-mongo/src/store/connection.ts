import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** One row, column by column in the order of the query. */
export type Row = readonly SQLOutputValue[];

/** A SQLite connection with its prepared statements. */
export interface Connection {
  /** Runs a statement and returns the id of the row it inserted, if it did. */
  run(sql: string, ...parameters: SQLInputValue[]): number;
  all(sql: string, ...parameters: SQLInputValue[]): readonly Row[];
  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined;
  /** Whether a SQLite transaction is open. */
  isInTransaction(): boolean;
  /** Drops the prepared statements that mention a table, before the table goes. */
  forget(table: string): void;
  close(): void;
}

/**
 * A limit given as a parameter. SQLite plans by the value of a bare parameter, so it would prepare the statement anew
 * whenever one is bound, which takes longer than to run it.
 */
export const LIMIT = 'LIMIT ? + 0';

/**
 * The text of a statement about the tables of a collection or an index, made once for each. One made anew would be
 * hashed and compared whenever it runs to find its prepared statement.
 */
export function statementOn<Entry extends WeakKey, Rest extends readonly unknown[]>(
  compose: (entry: Entry, ...rest: Rest) => string,
): (entry: Entry, ...rest: Rest) => string {
  const texts = new WeakMap<Entry, string>();
  return (entry, ...rest) => {
    const known = texts.get(entry);
    if (known !== undefined) return known;
    const text = compose(entry, ...rest);
    texts.set(entry, text);
    return text;
  };
}

const MAX_STATEMENTS = 2_000;

/** Wraps an open database with a cache of prepared statements. */
export function createConnection(database: DatabaseSync): Connection {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...parameters) => Number(prepare(sql).run(...parameters).lastInsertRowid),
    all: (sql, ...parameters) =>
      prepare(sql)
        .all(...parameters)
        .map(rowOf),
    get: (sql, ...parameters) => {
      const row: unknown = prepare(sql).get(...parameters);
      return row === undefined ? undefined : rowOf(row);
    },
    isInTransaction: () => database.isTransaction,
    forget: (table) => {
      for (const sql of statements.keys()) if (sql.includes(table)) statements.delete(sql);
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

// The types of node:sqlite do not follow setReturnArrays.
function rowOf(row: unknown): Row {
  if (!Array.isArray(row)) throw new TypeError('SQLite did not return an array row');
  return row;
}

/** A blob column as a Buffer over the same memory. */
export function blobOf(value: SQLOutputValue | undefined): Buffer<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) throw new TypeError('expected a blob column');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** An integer column. */
export function integerOf(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError('expected an integer column');
  return value;
}

/** A text column. */
export function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('expected a text column');
  return value;
}
