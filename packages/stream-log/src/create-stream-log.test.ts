import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createStreamLog } from './create-stream-log.ts';
import { createSqliteStreamStore } from './sqlite/create-sqlite-stream-store.ts';

const writer = { id: 'writer', epoch: 0 };

function open() {
  const store = createSqliteStreamStore({ path: ':memory:' });
  let parsed = 0;
  const log = createStreamLog({
    store,
    parse(value) {
      parsed += 1;
      return z.parse(z.object({ n: z.number() }), value);
    },
  });
  return { store, log, parsed: () => parsed };
}

describe('a stream log over a store', () => {
  it('parses what is written once, however many follow it here', async () => {
    const { log, parsed } = open();
    await log.open('story', writer);
    const signal = AbortSignal.timeout(10_000);
    const readers = Array.from({ length: 5 }, () => log.follow('story', '-1', signal)[Symbol.asyncIterator]());
    await Promise.all(readers.map((reader) => reader.next()));
    const coming = readers.map((reader) => reader.next());
    await log.close('story', writer, 0, [{ n: 1 }, { n: 2 }]);
    for (const { value } of await Promise.all(coming)) {
      expect(value).toMatchObject({ entries: [{ n: 1 }, { n: 2 }], closed: true });
    }
    expect(parsed()).toBe(2);
    await log.shutdown();
  });

  it('gives the texts as they are to who passes them on', async () => {
    const { store, log, parsed } = open();
    await store.create('story', { contentType: 'application/json' }, { entries: ['{ "n": 1.0 }'], closes: true });
    expect((await log.texts?.read('story', '-1'))?.entries).toEqual(['{ "n": 1.0 }']);
    expect(parsed()).toBe(0);
    expect((await log.read('story', '-1')).entries).toEqual([{ n: 1 }]);
    await log.shutdown();
  });

  it('does not open a stream of another type, and counts one that is only kept for its forks as missing', async () => {
    const { store, log } = open();
    const first = { entries: ['a'], closes: false };
    await store.create('text', { contentType: 'text/plain' }, first);
    await expect(log.open('text', writer)).rejects.toMatchObject({ code: 'conflict' });
    await store.create('fork', { fork: { from: 'text' } }, first);
    await log.remove('text');
    await log.remove('text');
    expect(await log.state('text')).toBe('missing');
    await log.shutdown();
  });
});
