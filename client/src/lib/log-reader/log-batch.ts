import * as z from 'zod/mini';

/** Entries of a log that were read together. `offset` is where to read on; nothing comes after `closed`. */
export interface LogBatch<E> {
  readonly entries: readonly E[];
  readonly offset: string;
  readonly upToDate: boolean;
  readonly closed: boolean;
}

const entriesSchema = z.array(z.unknown());

/** The entries of one response body or one `data` event. Throws when it is not a JSON array. */
export function parseEntries(json: string): unknown[] {
  return json.trim() === '' ? [] : entriesSchema.parse(JSON.parse(json));
}
