import type { Batch, LogReader } from '../stream-log.ts';

/** A log as its readers over HTTP want it: the texts themselves where the log has them. */
export type ReadableLog = LogReader<unknown> & { readonly texts?: LogReader<string> };

/** The JSON texts of a log's entries. */
export function textsOf(log: ReadableLog): LogReader<string> {
  return log.texts ?? stringified(log);
}

function stringified(log: LogReader<unknown>): LogReader<string> {
  const made = new WeakMap<readonly unknown[], readonly string[]>();
  function toTexts({ entries, ...position }: Batch<unknown>): Batch<string> {
    const texts = made.get(entries) ?? entries.map((entry) => JSON.stringify(entry));
    made.set(entries, texts);
    return { ...position, entries: texts };
  }
  return {
    read: async (id, after, limit) => toTexts(await log.read(id, after, limit)),
    async *follow(id, after, signal) {
      for await (const batch of log.follow(id, after, signal)) yield toTexts(batch);
    },
  };
}
