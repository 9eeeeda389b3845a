import { describe, expect, it } from 'vitest';
import type { StreamStore } from '../stream-store.ts';
import { newLogId } from './stream-log-subject.ts';

const nothing = { entries: [], closes: false };
const json = { contentType: 'application/json' };
const writer = { id: 'writer', epoch: 0 };

export function describeCreating(store: () => StreamStore): void {
  describe('creating and appending', () => {
    it('creates a stream with its first entries and its seal in one step', async () => {
      const id = newLogId();
      const { outcome, info } = await store().create(id, json, { entries: ['1', '2'], closes: true });
      expect(outcome).toBe('created');
      expect(info).toMatchObject({ config: { contentType: 'application/json', fork: undefined }, closed: true });
      expect(await store().read(id, '-1')).toMatchObject({ entries: ['1', '2'], next: info.next, closed: true });
    });

    it('finds what is there as asked, and refuses another configuration', async () => {
      const id = newLogId();
      const request = { contentType: 'text/plain', ttlSeconds: 60 };
      await store().create(id, request, { entries: ['a'], closes: false });
      const again = { contentType: 'Text/Plain; charset=utf-8', ttlSeconds: 60 };
      expect((await store().create(id, again, { entries: ['b'], closes: false })).outcome).toBe('exists');
      expect((await store().read(id, '-1')).entries).toEqual(['a']);
      const others = [
        { ...request, contentType: 'text/html' },
        { ...request, ttlSeconds: 61 },
        { contentType: 'text/plain' },
        { contentType: 'text/plain', expiresAt: new Date(Date.now() + 60_000) },
        { ...request, fork: { from: newLogId() } },
      ];
      for (const other of others) {
        await expect(store().create(id, other, nothing)).rejects.toMatchObject({ code: 'conflict' });
      }
      await expect(store().create(id, request, { entries: [], closes: true })).rejects.toMatchObject({
        code: 'conflict',
      });
    });

    it('keeps every byte of a binary entry and every character of a JSON one', async () => {
      const [bytes, texts] = [newLogId(), newLogId()];
      const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
      await store().create(bytes, {}, { entries: [all, '\0', all.repeat(10)], closes: false });
      expect((await store().read(bytes, '-1')).entries).toEqual([all, '\0', all.repeat(10)]);
      const value = JSON.stringify({ text: '🎈 ünïcode \u2028 "quotes" \\ \n' });
      await store().create(texts, json, { entries: [value], closes: false });
      expect((await store().read(texts, '-1')).entries).toEqual([value]);
    });

    it('takes an entry of 5 MB and gives it back', { timeout: 30_000 }, async () => {
      const id = newLogId();
      const entry = JSON.stringify('x'.repeat(5_000_000));
      await store().create(id, json, nothing);
      await store().append(id, { entries: ['1', entry, '2'], closes: false });
      const received: string[] = [];
      for (let at = '-1', done = false; !done;) {
        const batch = await store().read(id, at);
        received.push(...batch.entries);
        [at, done] = [batch.next, batch.upToDate];
      }
      expect(received).toEqual(['1', entry, '2']);
    });

    it('refuses entries of another type, and greater or equal Stream-Seq only', async () => {
      const id = newLogId();
      await store().create(id, { contentType: 'text/plain' }, nothing);
      const append = { entries: ['a'], closes: false };
      await expect(store().append(id, { ...append, contentType: 'text/html' })).rejects.toMatchObject({
        code: 'conflict',
      });
      await store().append(id, { ...append, contentType: 'TEXT/plain', streamSeq: '09' });
      for (const streamSeq of ['09', '08', '0']) {
        await expect(store().append(id, { ...append, streamSeq })).rejects.toMatchObject({ code: 'conflict' });
      }
      await store().append(id, append);
      await store().append(id, { ...append, streamSeq: '1' });
      expect((await store().read(id, '-1')).entries).toEqual(['a', 'a', 'a']);
    });

    it('knows a repeated append before it looks at its Stream-Seq', async () => {
      const id = newLogId();
      await store().create(id, { contentType: 'text/plain' }, nothing);
      const append = { entries: ['a'], closes: false, streamSeq: '1', producer: { ...writer, seq: 0 } };
      const first = await store().append(id, append);
      expect(first).toMatchObject({ outcome: 'written', closed: false, highestSeq: 0 });
      await store().append(id, { entries: ['b'], closes: false, producer: { ...writer, seq: 1 } });
      expect(await store().append(id, append)).toMatchObject({ outcome: 'duplicate', highestSeq: 1 });
    });

    it('says how a producer went wrong', async () => {
      const id = newLogId();
      await store().create(id, json, nothing);
      const by = (epoch: number, seq: number) =>
        store().append(id, { entries: ['1'], closes: false, producer: { id: 'writer', epoch, seq } });
      await expect(by(3, 1)).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 0, currentEpoch: undefined });
      await by(3, 0);
      await expect(by(3, 2)).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 1, receivedSeq: 2 });
      await expect(by(2, 0)).rejects.toMatchObject({ code: 'fenced', currentEpoch: 3 });
      await expect(by(4, 1)).rejects.toMatchObject({ code: 'sequence-gap', expectedSeq: 0, currentEpoch: 3 });
    });

    it('seals once, without a producer too, and names the end to who comes later', async () => {
      const id = newLogId();
      await store().create(id, json, { entries: ['1'], closes: false });
      const seal = { entries: [], closes: true };
      const { next } = await store().append(id, seal);
      expect(await store().append(id, seal)).toEqual({
        outcome: 'duplicate',
        next,
        closed: true,
        highestSeq: undefined,
      });
      const refusal = { code: 'closed', next };
      await expect(store().append(id, { entries: ['2'], closes: false })).rejects.toMatchObject(refusal);
      await expect(store().append(id, { entries: ['2'], closes: true })).rejects.toMatchObject(refusal);
    });

    it('claims a stream that is missing or of its type, and no other', async () => {
      const [mine, other] = [newLogId(), newLogId()];
      expect(await store().claim(mine, 'application/json', writer)).toBe('created');
      expect(await store().claim(mine, 'application/json', { ...writer, epoch: 1 })).toBe('exists');
      await expect(store().claim(mine, 'application/json', writer)).rejects.toMatchObject({ code: 'fenced' });
      await store().create(other, { contentType: 'text/plain' }, nothing);
      await expect(store().claim(other, 'application/json', writer)).rejects.toMatchObject({ code: 'conflict' });
    });

    it('removes a stream once, and its name is free again', async () => {
      const id = newLogId();
      await store().create(id, json, { entries: ['1'], closes: false });
      await store().remove(id);
      await expect(store().remove(id)).rejects.toMatchObject({ code: 'missing' });
      await expect(store().describe(id)).rejects.toMatchObject({ code: 'missing' });
      const { outcome } = await store().create(id, { contentType: 'text/plain' }, nothing);
      expect(outcome).toBe('created');
      expect((await store().read(id, '-1')).entries).toEqual([]);
    });
  });
}
