import { describe, expect, it } from 'vitest';
import type { StreamRequest } from '../stream-store.ts';
import type { StreamStoreSubject } from './describe-stream-store.ts';
import { newLogId } from './stream-log-subject.ts';

const first = { entries: ['1'], closes: false };

export function describeExpiry(subject: () => StreamStoreSubject): void {
  const store = () => subject().store;

  async function newStream(request: StreamRequest): Promise<string> {
    const id = newLogId();
    await store().create(id, { contentType: 'application/json', ...request }, first);
    return id;
  }

  describe('expiry', () => {
    it('makes a stream missing for everybody, and its name free', async () => {
      const id = await newStream({ ttlSeconds: 1 });
      await subject().pass(1_200);
      const refusal = { code: 'missing' };
      await expect(store().describe(id)).rejects.toMatchObject(refusal);
      await expect(store().read(id, '-1')).rejects.toMatchObject(refusal);
      await expect(store().append(id, first)).rejects.toMatchObject(refusal);
      await expect(store().remove(id)).rejects.toMatchObject(refusal);
      expect((await store().create(id, { contentType: 'text/plain' }, first)).outcome).toBe('created');
    });

    it('can have come before the stream is there', async () => {
      for (const request of [{ ttlSeconds: 0 }, { expiresAt: new Date(0) }]) {
        const id = await newStream(request);
        await subject().pass(1);
        await expect(store().describe(id)).rejects.toMatchObject({ code: 'missing' });
      }
    });

    it('is put off by reads and writes and not by a look, and only if it is a TTL', async () => {
      const ids = await Promise.all([
        newStream({ ttlSeconds: 2 }),
        newStream({ ttlSeconds: 2 }),
        newStream({ ttlSeconds: 2 }),
        newStream({ expiresAt: new Date(subject().now() + 2_000) }),
      ]);
      const [read, written, seen, fixed] = ids;
      await subject().pass(1_200);
      await store().read(read, 'now');
      await store().append(written, { entries: [], closes: true });
      await store().describe(seen);
      await store().read(fixed, '-1');
      await subject().pass(1_200);
      const states = await Promise.allSettled(ids.map((id) => store().describe(id)));
      expect(states.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    });

    it('is a fork’s own, or else its source’s, and takes nothing from the fork', async () => {
      const source = await newStream({ ttlSeconds: 1 });
      const [own, inherited] = [newLogId(), newLogId()];
      await store().create(own, { ttlSeconds: 60, fork: { from: source } }, first);
      await store().create(inherited, { fork: { from: source } }, first);
      expect((await store().describe(inherited)).config.ttlSeconds).toBe(1);
      await subject().pass(1_200);
      await expect(store().describe(source)).rejects.toMatchObject({ code: expect.stringMatching(/gone|missing/) });
      await expect(store().describe(inherited)).rejects.toMatchObject({ code: 'missing' });
      await store().removeExpired();
      expect((await store().read(own, '-1')).entries).toEqual(['1', '1']);
    });

    it('ends a reader once the stream is cleared away', async () => {
      const id = await newStream({ ttlSeconds: 1 });
      const follower = store().follow(id, '-1', new AbortController().signal)[Symbol.asyncIterator]();
      await follower.next();
      const coming = follower.next();
      const cleared = subject()
        .pass(1_200)
        .then(() => store().removeExpired());
      const [ended] = await Promise.allSettled([coming, cleared]);
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'missing' } });
    });
  });
}
