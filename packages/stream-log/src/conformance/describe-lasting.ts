import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamLogStore } from '../stream-log.ts';
import { newLogId, readAll, type StreamLogSubject, writeBatches, writer } from './stream-log-subject.ts';

export function describeLasting(create: () => Promise<StreamLogSubject>): void {
  describe('lasting', () => {
    let subject: StreamLogSubject;
    let log: StreamLogStore<number>;
    beforeEach(async () => {
      subject = await create();
      log = subject.log;
    });
    afterEach(async () => {
      await subject.dispose();
    });

    it('removes a log for good, and harmlessly twice', async () => {
      const id = newLogId();
      await writeBatches(log, id, [[1]]);
      await log.remove(id);
      await log.remove(id);
      expect(await log.state(id)).toBe('missing');
      await expect(log.read(id, '-1')).rejects.toMatchObject({ code: 'missing' });
    });

    it('refuses the offsets of a removed log in the one that takes its name', async () => {
      const id = newLogId();
      const [old] = await writeBatches(log, id, [[1]]);
      await log.remove(id);
      await writeBatches(log, id, [[2], [3]]);
      await expect(log.read(id, old ?? '')).rejects.toMatchObject({ code: 'invalid-offset' });
      expect(await readAll(log, id)).toEqual([2, 3]);
    });

    it('removes logs by the time they were closed, and never an open one', { timeout: 30_000 }, async () => {
      const ids = Array.from({ length: 120 }, newLogId);
      for (const id of ids) {
        await writeBatches(log, id, [[1]]);
        await log.close(id, writer, 1, []);
      }
      const open = newLogId();
      await writeBatches(log, open, [[1]]);
      const aMinute = 60_000;
      expect(await log.removeClosedBefore(new Date(Date.now() - aMinute))).toBe(0);
      expect(await log.removeClosedBefore(new Date(Date.now() + aMinute))).toBe(120);
      expect(await Promise.all(ids.map((id) => log.state(id)))).toEqual(ids.map(() => 'missing'));
      expect(await readAll(log, open)).toEqual([1]);
    });

    it('ends its readers and refuses calls after a shutdown', async () => {
      const id = newLogId();
      await writeBatches(log, id, [[1]]);
      const reader = log.follow(id, '-1', new AbortController().signal)[Symbol.asyncIterator]();
      await reader.next();
      const coming = reader.next();
      await log.shutdown();
      await log.shutdown();
      expect((await coming).done).toBe(true);
      await expect(log.append(id, writer, 1, [2])).rejects.toMatchObject({ code: 'unavailable', retryable: true });
      await expect(log.read(id, '-1')).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('keeps logs, positions, seals and producers over a restart', async ({ skip }) => {
      const { reopen } = subject;
      if (reopen === undefined) {
        skip('this store ends with the program');
        return;
      }
      const [open, closed] = [newLogId(), newLogId()];
      const [middle] = await writeBatches(log, open, [[1], [2]]);
      await writeBatches(log, closed, [[1]]);
      const end = await log.close(closed, writer, 1, [2]);
      await log.shutdown();

      const again = await reopen();
      expect(await again.state(closed)).toBe('closed');
      expect(await again.read(closed, '-1')).toEqual({ entries: [1, 2], next: end, upToDate: true, closed: true });
      expect(await readAll(again, open, middle)).toEqual([2]);
      await again.append(open, writer, 1, [2]);
      await again.append(open, writer, 2, [3]);
      expect(await readAll(again, open)).toEqual([1, 2, 3]);
      await again.open(open, { id: writer.id, epoch: 1 });
      await expect(again.append(open, writer, 3, [4])).rejects.toMatchObject({ code: 'fenced' });
    });

    it('keeps every acknowledged append of a writer that is killed', { timeout: 30_000 }, async ({ skip }) => {
      const { startWriter } = subject;
      if (startWriter === undefined) {
        skip('this store ends with the program');
        return;
      }
      for (const patience of [1, 7, 200]) {
        const id = newLogId();
        const child = startWriter(id);
        let acknowledged = -1;
        for await (const number of child.acknowledged) {
          acknowledged = number;
          if (number === patience) await child.kill();
        }
        expect(acknowledged).toBeGreaterThanOrEqual(patience);
        const kept = await readAll(log, id);
        expect(kept).toEqual([...Array(kept.length).keys()]);
        expect(kept.length).toBeGreaterThan(acknowledged);

        // The successor goes on where the killed writer stopped.
        await log.open(id, { id: writer.id, epoch: 1 });
        await log.close(id, { id: writer.id, epoch: 1 }, 0, [-1]);
        expect(await readAll(log, id)).toEqual([...kept, -1]);
      }
    });
  });
}
