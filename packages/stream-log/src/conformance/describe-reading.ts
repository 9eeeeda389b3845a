import { describe, expect, it } from 'vitest';
import type { StreamLog } from '../stream-log.ts';
import { newLogId, readAll, writeBatches, writer } from './stream-log-subject.ts';

export function describeReading(log: () => StreamLog<number>): void {
  describe('reading', () => {
    it('reads on from any offset it gave out', async () => {
      const id = newLogId();
      const offsets = await writeBatches(log(), id, [[1, 2], [3], [4, 5]]);
      const rests = await Promise.all(offsets.map((offset) => readAll(log(), id, offset)));
      expect(rests).toEqual([[3, 4, 5], [4, 5], []]);
    });

    it('reads in pages, and says when there is no more and when there will be none', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1, 2, 3]]);
      const first = await log().read(id, '-1', 2);
      expect(first).toMatchObject({ entries: [1, 2], upToDate: false, closed: false });
      expect(await log().read(id, first.next, 2)).toMatchObject({ entries: [3], upToDate: true, closed: false });
      await log().close(id, writer, 1, [4]);
      expect(await log().read(id, '-1', 2)).toMatchObject({ upToDate: false, closed: false });
      expect(await log().read(id, first.next, 2)).toMatchObject({ entries: [3, 4], upToDate: true, closed: true });
    });

    it('reads a long log in pages of its own', async () => {
      const id = newLogId();
      const entries = Array.from({ length: 3_210 }, (_, index) => index);
      await writeBatches(log(), id, [entries.slice(0, 1_500), entries.slice(1_500)]);
      expect(await readAll(log(), id)).toEqual(entries);
      expect(await readAll(log(), id, '-1', 700)).toEqual(entries);
    });

    it('starts at the end for `now`', async () => {
      const id = newLogId();
      const [end] = await writeBatches(log(), id, [[1]]);
      expect(await log().read(id, 'now')).toEqual({ entries: [], next: end, upToDate: true, closed: false });
      await log().close(id, writer, 1, []);
      expect(await log().read(id, 'now')).toEqual({ entries: [], next: end, upToDate: true, closed: true });
    });

    it('gives an empty log a position to read on from', async () => {
      const id = newLogId();
      await log().open(id, writer);
      const empty = await log().read(id, '-1');
      expect(empty).toMatchObject({ entries: [], upToDate: true, closed: false });
      await log().append(id, writer, 0, [1]);
      expect(await readAll(log(), id, empty.next)).toEqual([1]);
    });

    it('gives offsets that sort as text and fit in a URL', async () => {
      const id = newLogId();
      const offsets = await writeBatches(
        log(),
        id,
        Array.from({ length: 120 }, (_, index) => [index]),
      );
      expect(new Set(offsets).size).toBe(120);
      expect(offsets.toSorted()).toEqual(offsets);
      for (const offset of offsets) {
        expect(offset > '-1').toBe(true);
        expect(encodeURIComponent(offset)).toBe(offset);
      }
    });

    it.each(['', '0', '1', '-2', 'NOW', 'next', '0,1', '1 2', 'zzzzzzzz_000000000000', '00000000_000000000000'])(
      'refuses %j, which it never gave out',
      async (offset) => {
        const id = newLogId();
        await writeBatches(log(), id, [[1]]);
        await expect(log().read(id, offset)).rejects.toMatchObject({ code: 'invalid-offset' });
      },
    );

    it('refuses to read a log that was never opened', async () => {
      await expect(log().read(newLogId(), '-1')).rejects.toMatchObject({ code: 'missing' });
      await expect(log().read(newLogId(), 'now')).rejects.toMatchObject({ code: 'missing' });
    });
  });
}
