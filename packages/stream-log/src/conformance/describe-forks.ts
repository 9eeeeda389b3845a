import { describe, expect, it } from 'vitest';
import type { StreamStore } from '../stream-store.ts';
import { newLogId } from './stream-log-subject.ts';

const nothing = { entries: [], closes: false };
const json = { contentType: 'application/json' };

export function describeForks(store: () => StreamStore): void {
  async function newSource(...entries: string[]): Promise<string> {
    const id = newLogId();
    await store().create(id, json, { entries, closes: false });
    return id;
  }

  async function forkOf(from: string, subOffset = 0, offset?: string): Promise<string> {
    const id = newLogId();
    await store().create(id, { fork: { from, offset, subOffset } }, nothing);
    return id;
  }

  async function entriesOf(id: string, after = '-1'): Promise<readonly string[]> {
    const entries: string[] = [];
    for (let at = after, done = false; !done;) {
      const batch = await store().read(id, at, 2);
      entries.push(...batch.entries);
      [at, done] = [batch.next, batch.upToDate];
    }
    return entries;
  }

  async function removed(id: string): Promise<string> {
    try {
      await store().describe(id);
      return 'there';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    }
  }

  describe('forks', () => {
    it('share what was there, and then go their own way', async () => {
      const source = await newSource('1', '2', '3');
      const fork = await forkOf(source);
      await store().append(source, { entries: ['4'], closes: true });
      await store().append(fork, { entries: ['"a"'], closes: false });
      expect(await entriesOf(source)).toEqual(['1', '2', '3', '4']);
      expect(await entriesOf(fork)).toEqual(['1', '2', '3', '"a"']);
      expect(await store().describe(fork)).toMatchObject({
        config: { contentType: 'application/json', fork: { from: source, position: 3, subOffset: 0 } },
        closed: false,
      });
    });

    it('take the offsets of their sources up to where they left them, and none beyond', async () => {
      const source = await newSource('1', '2', '3');
      const { next: second } = await store().read(source, '-1', 2);
      const { next: end } = await store().describe(source);
      const fork = await forkOf(source, 0, second);
      await store().append(fork, { entries: ['"a"', '"b"'], closes: false });
      const grandchild = await forkOf(fork, 1, second);
      await store().append(grandchild, { entries: ['"c"'], closes: false });
      expect(await entriesOf(fork, second)).toEqual(['"a"', '"b"']);
      expect(await entriesOf(grandchild)).toEqual(['1', '2', '"a"', '"c"']);
      expect(await entriesOf(grandchild, second)).toEqual(['"a"', '"c"']);
      for (const id of [fork, grandchild]) {
        await expect(store().read(id, end)).rejects.toMatchObject({ code: 'invalid-offset' });
      }
    });

    it('can begin in the middle of an append', async () => {
      const bytes = newLogId();
      await store().create(bytes, { contentType: 'text/plain' }, { entries: ['hello', 'world'], closes: true });
      const fork = await forkOf(bytes, 3, '-1');
      await store().append(fork, { entries: ['p'], closes: false });
      expect(await entriesOf(fork)).toEqual(['hel', 'p']);
      const texts = await forkOf(await newSource('1', '2', '3'), 2, '-1');
      expect(await entriesOf(texts)).toEqual(['1', '2']);
      const refusal = { code: 'invalid-offset' };
      await expect(forkOf(bytes, 6, '-1')).rejects.toMatchObject(refusal);
      await expect(forkOf(bytes, 1)).rejects.toMatchObject(refusal);
      await expect(forkOf(texts, 3, '-1')).rejects.toMatchObject(refusal);
    });

    it('begin without the producers of their source', async () => {
      const source = await newSource();
      const append = { entries: ['1'], closes: false, producer: { id: 'writer', epoch: 4, seq: 0 }, streamSeq: '5' };
      await store().append(source, append);
      const fork = await forkOf(source);
      const early = { ...append, producer: { id: 'writer', epoch: 0, seq: 0 }, streamSeq: '1' };
      expect(await store().append(fork, early)).toMatchObject({ outcome: 'written' });
    });

    it('are found again by the same request, however the source went on', async () => {
      const source = await newSource('1', '2');
      const fork = await forkOf(source);
      await store().append(source, { entries: ['3'], closes: false });
      expect((await store().create(fork, { fork: { from: source } }, nothing)).outcome).toBe('exists');
      const others = [
        { fork: { from: source, offset: '-1' } },
        { fork: { from: source, subOffset: 1 } },
        { fork: { from: fork } },
        json,
      ];
      for (const other of others) {
        await expect(store().create(fork, other, nothing)).rejects.toMatchObject({ code: 'conflict' });
      }
    });

    it('keep a removed source for themselves, until the last of them goes', async () => {
      const source = await newSource('1');
      const [one, two] = [await forkOf(source), await forkOf(source)];
      const child = await forkOf(one);
      const follower = store().follow(source, 'now', new AbortController().signal)[Symbol.asyncIterator]();
      await follower.next();
      const coming = follower.next();
      const [ended] = await Promise.allSettled([coming, store().remove(source)]);
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'gone' } });
      await store().remove(one);
      expect(await Promise.all([source, one, two, child].map(removed))).toEqual(['gone', 'gone', 'there', 'there']);
      expect(await entriesOf(child)).toEqual(['1']);
      const refusal = { code: 'gone' };
      await expect(store().read(source, '-1')).rejects.toMatchObject(refusal);
      await expect(store().append(source, { entries: ['2'], closes: false })).rejects.toMatchObject(refusal);
      await expect(store().remove(source)).rejects.toMatchObject(refusal);
      await expect(store().create(source, json, nothing)).rejects.toMatchObject({ code: 'conflict' });
      await expect(forkOf(source)).rejects.toMatchObject({ code: 'conflict' });
      await store().remove(two);
      await store().remove(child);
      await expect.poll(() => Promise.all([source, one].map(removed))).toEqual(['missing', 'missing']);
      expect((await store().create(source, json, nothing)).outcome).toBe('created');
    });

    it('leave no trace when they are refused', async () => {
      const source = await newSource('1');
      await expect(
        store().create(newLogId(), { contentType: 'text/plain', fork: { from: source } }, nothing),
      ).rejects.toMatchObject({ code: 'conflict' });
      await expect(forkOf(source, 2, '-1')).rejects.toMatchObject({ code: 'invalid-offset' });
      await expect(forkOf(source, 0, '00000000_000000000000')).rejects.toMatchObject({ code: 'invalid-offset' });
      await expect(forkOf(newLogId())).rejects.toMatchObject({ code: 'missing' });
      await store().remove(source);
      expect(await removed(source)).toBe('missing');
    });
  });
}
