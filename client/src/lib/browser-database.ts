import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/**
 * A database of this browser, opened when it is first wanted and again after it was closed: by another tab with a newer
 * version of the app, or by the browser. Throws where the browser keeps nothing.
 */
export function createBrowserDatabase<Schema extends DBSchema>(
  name: string,
  create: (database: IDBPDatabase<Schema>) => void,
): () => Promise<IDBPDatabase<Schema>> {
  let opening: Promise<IDBPDatabase<Schema>> | undefined;
  return async () => {
    opening ??= openDB<Schema>(name, 1, {
      upgrade: create,
      blocking: (_current, _next, event) => {
        if (event.target instanceof IDBDatabase) event.target.close();
        opening = undefined;
      },
      terminated: () => {
        opening = undefined;
      },
    });
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
}
