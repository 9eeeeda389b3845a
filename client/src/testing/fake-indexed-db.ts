import * as database from 'fake-indexeddb';
import { vi } from 'vitest';

/** Gives the page an empty IndexedDB, which jsdom lacks. */
export function giveIndexedDb(): void {
  const { IDBFactory, IDBDatabase, IDBObjectStore, IDBIndex, IDBCursor, IDBTransaction, IDBRequest } = database;
  const parts = { IDBDatabase, IDBObjectStore, IDBIndex, IDBCursor, IDBTransaction, IDBRequest };
  for (const [name, part] of Object.entries(parts)) vi.stubGlobal(name, part);
  vi.stubGlobal('indexedDB', new IDBFactory());
}
