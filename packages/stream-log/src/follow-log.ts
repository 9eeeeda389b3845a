import type { Listener } from './fan-out.ts';
import type { Batch, Offset } from './stream-log.ts';

interface FollowOptions<E> {
  readonly read: (after: Offset) => Promise<Batch<E>>;
  readonly join: () => Listener<E>;
  readonly after: Offset;
  readonly signal: AbortSignal;
}

/** `StreamLog.follow` over any store: reads until it is up to date, then goes from news to news. */
export async function* followLog<E>({ read, join, after, signal }: FollowOptions<E>): AsyncGenerator<Batch<E>> {
  const listener = join();
  try {
    if (signal.aborted) return;
    let batch = await read(after);
    yield batch;
    while (!batch.closed && !signal.aborted) {
      const previous = batch;
      if (batch.upToDate) {
        const news = await listener.next(signal);
        if (news === 'ended') return;
        // Old news: it was in the last read already. A seal adds no offset, so it always counts as new.
        if (news !== 'changed' && news.next === previous.next && !news.closed) continue;
        batch = news !== 'changed' && news.after === previous.next ? news : await read(previous.next);
      } else {
        batch = await read(batch.next);
      }
      if (batch.entries.length > 0 || batch.closed) yield batch;
    }
  } finally {
    listener.leave();
  }
}
