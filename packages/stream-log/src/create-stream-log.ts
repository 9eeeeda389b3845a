import { jsonContentType } from './content-type.ts';
import { parseEntry } from './parse-entry.ts';
import { StreamLogError } from './stream-log-error.ts';
import type { Batch, Offset, Producer, StreamLogStore } from './stream-log.ts';
import type { StreamStore } from './stream-store.ts';

export interface StreamLogOptions<E> {
  readonly store: StreamStore;
  /** Makes an entry of its JSON value. A throw becomes `corrupt`, also when an entry is appended. */
  readonly parse: (value: unknown) => E;
}

/** JSON streams of a store as logs of one type of entry. Shutting it down shuts down the store. */
export function createStreamLog<E>({ store, parse }: StreamLogOptions<E>): StreamLogStore<E> {
  // Readers that follow one log are given one list of texts, which is parsed once for all of them.
  const parsed = new WeakMap<readonly string[], readonly E[]>();

  function entriesOf(id: string, texts: readonly string[]): readonly E[] {
    const known = parsed.get(texts);
    if (known !== undefined) return known;
    const entries = texts.map((text) => parseEntry(parse, text, id));
    parsed.set(texts, entries);
    return entries;
  }

  function toBatch(id: string, { entries, next, upToDate, closed }: Batch<string>): Batch<E> {
    return { entries: entriesOf(id, entries), next, upToDate, closed };
  }

  async function write(
    id: string,
    producer: Producer,
    seq: number,
    entries: readonly E[],
    closes: boolean,
  ): Promise<Offset> {
    const texts = entries.map((entry) => JSON.stringify(entry));
    // Readers are given what they would read; and what could not be read back is refused here.
    entriesOf(id, texts);
    const { next } = await store.append(id, { entries: texts, closes, producer: { ...producer, seq } });
    return next;
  }

  return {
    texts: store,
    async open(id, producer) {
      return (await store.claim(id, jsonContentType, producer)) === 'created' ? 'opened' : 'exists';
    },
    append: (id, producer, seq, entries) => write(id, producer, seq, entries, false),
    close: (id, producer, seq, entries) => write(id, producer, seq, entries, true),
    async read(id, after, limit) {
      return toBatch(id, await store.read(id, after, limit));
    },
    async *follow(id, after, signal) {
      for await (const batch of store.follow(id, after, signal)) yield toBatch(id, batch);
    },
    async state(id) {
      const info = await orMissing(store.describe(id));
      if (info === undefined) return 'missing';
      return info.closed ? 'closed' : 'open';
    },
    async remove(id) {
      await orMissing(store.remove(id));
    },
    removeClosedBefore: (moment) => store.removeClosedBefore(moment),
    shutdown: () => store.shutdown(),
  };
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StreamLogError && (error.code === 'missing' || error.code === 'gone')) return undefined;
    throw error;
  }
}
