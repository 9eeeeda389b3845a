import { describe, expect, it } from 'vitest';
import type { StreamLog } from '../stream-log.ts';
import { newLogId, readAll, writeBatches, writer } from './stream-log-subject.ts';

const successor = { id: writer.id, epoch: 1 };
const otherHand = { id: 'command-1', epoch: 0 };

export function describeWriting(log: () => StreamLog<number>): void {
  describe('writing', () => {
    it('opens a log once and finds it afterwards', async () => {
      const id = newLogId();
      expect(await log().state(id)).toBe('missing');
      expect(await log().open(id, writer)).toBe('opened');
      expect(await log().open(id, writer)).toBe('exists');
      expect(await log().state(id)).toBe('open');
    });

    it('keeps entries in the order of their appends', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1, 2], [3], [], [4, 5, 6]]);
      expect(await readAll(log(), id)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('adds a repeated append once and returns the same offset', async () => {
      const id = newLogId();
      const [, second] = await writeBatches(log(), id, [[1], [2]]);
      await log().append(id, otherHand, 0, [100]);
      expect(await log().append(id, writer, 1, [2])).toBe(second);
      await log().append(id, writer, 0, [1]);
      expect(await readAll(log(), id)).toEqual([1, 2, 100]);
    });

    it('takes appends that were sent at once in any timing exactly once', async () => {
      const id = newLogId();
      await log().open(id, writer);
      await Promise.all(Array.from({ length: 10 }, () => log().append(id, writer, 0, [7])));
      expect(await readAll(log(), id)).toEqual([7]);
    });

    it('refuses a gap and names the number it expects', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      await expect(log().append(id, writer, 2, [3])).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 1 });
      expect(await readAll(log(), id)).toEqual([1]);
    });

    it('lets another producer join with an append, counted on its own', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1], [2]]);
      await expect(log().append(id, otherHand, 1, [100])).rejects.toMatchObject({
        code: 'sequence-gap',
        expectedSeq: 0,
      });
      await log().append(id, otherHand, 0, [100]);
      await log().append(id, writer, 2, [3]);
      await log().append(id, otherHand, 1, [200]);
      expect(await readAll(log(), id)).toEqual([1, 2, 100, 3, 200]);
    });

    it('fences an older epoch as soon as a newer one opens the log', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1], [2]]);
      expect(await log().open(id, successor)).toBe('exists');
      const refusal = { code: 'fenced', currentEpoch: 1 };
      await expect(log().append(id, writer, 2, [3])).rejects.toMatchObject(refusal);
      await expect(log().append(id, writer, 1, [2])).rejects.toMatchObject(refusal);
      await expect(log().close(id, writer, 2, [3])).rejects.toMatchObject(refusal);
      await expect(log().open(id, writer)).rejects.toMatchObject(refusal);
      await log().append(id, successor, 0, [4]);
      expect(await readAll(log(), id)).toEqual([1, 2, 4]);
    });

    it('lets a newer epoch claim with its first append, which must be number 0', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1], [2]]);
      await expect(log().append(id, successor, 2, [3])).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 0 });
      await log().append(id, writer, 2, [3]);
      await log().append(id, successor, 0, [4]);
      await expect(log().append(id, writer, 3, [5])).rejects.toMatchObject({ code: 'fenced' });
      expect(await readAll(log(), id)).toEqual([1, 2, 3, 4]);
    });

    it('seals the log together with its last entries', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      const end = await log().close(id, writer, 1, [2, 3]);
      expect(await log().state(id)).toBe('closed');
      expect(await log().read(id, '-1')).toEqual({ entries: [1, 2, 3], next: end, upToDate: true, closed: true });
    });

    it('seals a log without last entries', async () => {
      const id = newLogId();
      const [end] = await writeBatches(log(), id, [[1]]);
      expect(await log().close(id, writer, 1, [])).toBe(end);
      expect(await log().state(id)).toBe('closed');
    });

    it('recognises a repeated close and a late repeated append, and refuses all else', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      const end = await log().close(id, writer, 1, [2]);
      expect(await log().close(id, writer, 1, [2])).toBe(end);
      await log().append(id, writer, 0, [1]);
      await expect(log().append(id, writer, 2, [3])).rejects.toMatchObject({ code: 'closed' });
      await expect(log().close(id, writer, 2, [3])).rejects.toMatchObject({ code: 'closed' });
      await expect(log().append(id, otherHand, 0, [100])).rejects.toMatchObject({ code: 'closed' });
      expect(await readAll(log(), id)).toEqual([1, 2]);
    });

    it('lets a successor open a sealed log, which fences its predecessor', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1]]);
      await log().close(id, writer, 1, [2]);
      expect(await log().open(id, successor)).toBe('exists');
      expect(await log().state(id)).toBe('closed');
      await expect(log().close(id, writer, 1, [2])).rejects.toMatchObject({ code: 'fenced' });
    });

    it('does not take a number that an append used for the seal', async () => {
      const id = newLogId();
      await writeBatches(log(), id, [[1], [2]]);
      await expect(log().close(id, writer, 1, [3])).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 2 });
      expect(await log().state(id)).toBe('open');
    });

    it('refuses to write to a log that was never opened', async () => {
      await expect(log().append(newLogId(), writer, 0, [1])).rejects.toMatchObject({ code: 'missing' });
      await expect(log().close(newLogId(), writer, 0, [1])).rejects.toMatchObject({ code: 'missing' });
    });
  });
}
