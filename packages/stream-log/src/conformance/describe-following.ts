import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offset, StreamLog } from '../stream-log.ts';
import { newLogId, readAll, writeBatches, writer } from './stream-log-subject.ts';

const never = new AbortController().signal;

export function describeFollowing(log: () => StreamLog<number>): void {
  describe('following', () => {
    it('gives what is there at once, then what comes, then ends with the seal', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1], [2]]);
      const reader = log().follow(id, '-1', never)[Symbol.asyncIterator]();
      expect((await reader.next()).value).toMatchObject({ entries: [1, 2], upToDate: true, closed: false });
      const coming = reader.next();
      const next = await log().append(id, writer, 2, [3]);
      expect((await coming).value).toMatchObject({ entries: [3], next, closed: false });
      const last = reader.next();
      const end = await log().close(id, writer, 3, [4]);
      expect((await last).value).toMatchObject({ entries: [4], next: end, upToDate: true, closed: true });
      expect((await reader.next()).done).toBe(true);
    });

    it('gives an empty first batch, and tells of a seal without entries', async () => {
      const id = newLogId();
      const [end] = await writeBatches(log(), id, [[1]]);
      const reader = log().follow(id, 'now', never)[Symbol.asyncIterator]();
      expect((await reader.next()).value).toEqual({ entries: [], next: end, upToDate: true, closed: false });
      const last = reader.next();
      await log().close(id, writer, 1, []);
      expect((await last).value).toMatchObject({ entries: [], next: end, closed: true });
      expect((await reader.next()).done).toBe(true);
    });

    it('ends quietly when it is aborted, before, between and during a wait', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      expect(await collect(log(), id, '-1', AbortSignal.abort())).toEqual([]);

      const between = new AbortController();
      for await (const batch of log().follow(id, '-1', between.signal)) {
        expect(batch.entries).toEqual([1]);
        between.abort();
      }

      const waiting = new AbortController();
      const reader = log().follow(id, 'now', waiting.signal)[Symbol.asyncIterator]();
      await reader.next();
      const coming = reader.next();
      waiting.abort();
      expect((await coming).done).toBe(true);
    });

    it('refuses a missing log and an offset it never gave out', async () => {
      const id = newLogId();
      await expect(collect(log(), id, '-1', never)).rejects.toMatchObject({ code: 'missing' });
      await writeBatches(log(), id, [[1]]);
      await expect(collect(log(), id, '12', never)).rejects.toMatchObject({ code: 'invalid-offset' });
    });

    it('ends with `missing` when the log is removed', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      const reader = log().follow(id, '-1', never)[Symbol.asyncIterator]();
      await reader.next();
      const coming = reader.next();
      const [refused] = await Promise.allSettled([coming, log().remove(id)]);
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'missing' } });
    });

    it('lets a reader that fell far behind catch up without holding up the writer', { timeout: 30_000 }, async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[0]]);
      const reader = log().follow(id, '-1', never)[Symbol.asyncIterator]();
      const received = [...((await reader.next()).value?.entries ?? [])];
      for (let seq = 1; seq < 1_500; seq += 1) await log().append(id, writer, seq, [seq]);
      await log().close(id, writer, 1_500, [1_500]);
      for (let step = await reader.next(); step.done !== true; step = await reader.next()) {
        received.push(...step.value.entries);
      }
      expect(received).toEqual(Array.from({ length: 1_501 }, (_, index) => index));
    });

    it('gives every reader the same entries, wherever it starts, drops and resumes', { timeout: 30_000 }, async () => {
      const visits = fc.array(fc.nat({ max: 3 }), { maxLength: 6 });
      const script = fc.record({
        batches: fc.array(fc.record({ size: fc.nat({ max: 4 }), pause: fc.boolean() }), { maxLength: 25 }),
        readers: fc.array(visits, { minLength: 1, maxLength: 8 }),
      });
      await fc.assert(
        fc.asyncProperty(script, async ({ batches, readers }) => {
          const id = newLogId();
          await log().open(id, writer);
          const everybody = readers.map((hops) => readInVisits(log(), id, hops));
          let count = 0;
          for (const [seq, { size, pause }] of batches.entries()) {
            await log().append(
              id,
              writer,
              seq,
              [...Array(size).keys()].map((index) => count + index),
            );
            count += size;
            if (pause) await nextTurn();
          }
          await log().close(id, writer, batches.length, [-1]);
          const written = await readAll(log(), id);
          expect(written).toEqual([...Array(count).keys(), -1]);
          for (const received of await Promise.all(everybody)) expect(received).toEqual(written);
        }),
        { numRuns: 40 },
      );
    });
  });
}

async function collect(log: StreamLog<number>, id: string, after: Offset, signal: AbortSignal): Promise<number[]> {
  const received: number[] = [];
  for await (const { entries } of log.follow(id, after, signal)) received.push(...entries);
  return received;
}

/** Reads a log to its end; each visit takes so many batches, then hangs up and resumes. The last visit stays. */
async function readInVisits(log: StreamLog<number>, id: string, visits: readonly number[]): Promise<number[]> {
  const received: number[] = [];
  let at: Offset = '-1';
  for (const longest of [...visits, Infinity]) {
    const connection = new AbortController();
    let taken = 0;
    for await (const { entries, next, closed } of log.follow(id, at, connection.signal)) {
      received.push(...entries);
      at = next;
      if (closed) return received;
      taken += 1;
      if (taken > longest) connection.abort();
    }
  }
  throw new Error('The reader ended before the log');
}
