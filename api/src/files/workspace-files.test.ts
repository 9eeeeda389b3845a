import { randomUUID } from 'node:crypto';
import { fileIdSchema } from '@parley/contracts';
import type { StoredFile } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  incoming,
  never,
  newConversationId,
  newRunId,
  newUserId,
  openFileRooms,
  smallLimits,
  textOf,
  wrote,
} from './__fixtures__/file-rooms.ts';
import type { FileRooms } from './__fixtures__/file-rooms.ts';
import { newSessionId } from '../code-api/session-id.ts';
import { StorageError } from './storage/file-storage.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

let rooms: FileRooms;
let files: WorkspaceFiles;

beforeAll(async () => {
  rooms = await openFileRooms();
  ({ files } = rooms);
});

afterAll(() => rooms.close());

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(900));
  throw new Error('The client left.');
}

const sumOf = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
const place = () => [newUserId(), newConversationId()] as const;

async function named(...[user, conversation]: ReturnType<typeof place>): Promise<string[]> {
  return (await files.list(user, conversation)).map(({ name }) => name);
}

describe('what a run wrote', () => {
  it('is kept once, however often it is kept', async () => {
    const [user, conversation] = place();
    const run = newRunId();
    const written = { 'plot.png': 'pixels', 'deep/in/folders.csv': 'x' };
    const { kept: first } = await files.keepRun(user, conversation, wrote(run, written), never);
    const before = await rooms.onDisk();
    const { kept: again } = await files.keepRun(user, conversation, wrote(run, written), never);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(await rooms.onDisk()).toEqual(before);
    expect(await files.list(user, conversation)).toMatchObject([
      { name: 'deep/in/folders.csv', mimeType: 'text/csv', origin: 'run' },
      { name: 'plot.png', mimeType: 'image/png', origin: 'run' },
    ]);
  });

  it('is another file when it is something else this time, and the newest one counts', async () => {
    const [user, conversation] = place();
    const run = newRunId();
    const [first] = (await files.keepRun(user, conversation, wrote(run, { 'a.txt': 'one' }), never)).kept;
    const [second] = (await files.keepRun(user, conversation, wrote(run, { 'a.txt': 'two' }), never)).kept;
    expect(await files.list(user, conversation)).toEqual([second]);
    expect(await textOf(files, first ?? { id: fileIdSchema.parse(randomUUID()) })).toBe('one');
    await files.keepRun(user, conversation, wrote(run, { 'a.txt': 'one' }), never);
    expect(await files.list(user, conversation)).toEqual([first]);
  });

  it('is the same file for two processes that run the same code at once', async () => {
    const [user, conversation] = place();
    const run = newRunId();
    const both = await Promise.all(
      [files, rooms.another().files].map((each) =>
        each.keepRun(user, conversation, wrote(run, { 'a.txt': 'a' }), never),
      ),
    );
    expect(both[0]?.kept[0]?.id).toBe(both[1]?.kept[0]?.id);
    expect(await files.room(user, conversation)).toEqual({ used: 1, room: 3_000 });
    expect(await named(user, conversation)).toEqual(['a.txt']);
  });

  it('is left out, and told, where its name, its size or the room forbid it', async () => {
    const [user, conversation] = place();
    await files.upload(user, conversation, incoming('large.bin', 1_000), never);
    await files.upload(user, conversation, incoming('larger.bin', 1_000), never);
    const written = {
      'a\nb': 'x',
      '../up': 'x',
      'huge.bin': 'x'.repeat(1_001),
      'fits.bin': 'x'.repeat(900),
      'does-not.bin': 'x'.repeat(200),
      'small.bin': 'x'.repeat(100),
    };
    const { kept, skipped } = await files.keepRun(user, conversation, wrote(newRunId(), written), never);
    expect(kept.map(({ name }) => name)).toEqual(['fits.bin', 'small.bin']);
    expect(skipped).toEqual([
      { name: 'a\nb', reason: 'its name has control characters' },
      { name: '../up', reason: 'its path is not plain' },
      { name: 'huge.bin', reason: 'it is larger than 1000 bytes' },
      { name: 'does-not.bin', reason: 'the files of this conversation take up all their room' },
    ]);
    expect((await files.room(user, conversation)).used).toBe(3_000);
  });

  it('leaves the workspace when a later run removes it, unlike what was uploaded', async () => {
    const [user, conversation] = place();
    await files.upload(user, conversation, incoming('mine.txt'), never);
    await files.upload(user, conversation, incoming('changed.txt', 'before'), never);
    const { kept } = await files.keepRun(
      user,
      conversation,
      wrote(newRunId(), { 'its.txt': 'i', 'changed.txt': 'c' }),
      never,
    );
    await files.forget(user, conversation, ['mine.txt', 'its.txt', 'changed.txt', 'nothing.txt']);
    expect(await named(user, conversation)).toEqual(['mine.txt']);
    expect(await Promise.all(kept.map((file) => textOf(files, file)))).toEqual(['i', 'c']);
  });

  it('is not kept for a conversation that is gone, or goes meanwhile', async () => {
    const [user, conversation] = place();
    async function* deleting(): AsyncGenerator<{ name: string; sha256: string; bytes: Uint8Array }> {
      yield* wrote(newRunId(), { 'a.txt': 'a' }).files;
      rooms.deleted.add(conversation);
      await files.removeAll(conversation);
      yield* wrote(newRunId(), { 'b.txt': 'b' }).files;
    }
    const before = await rooms.onDisk();
    const { kept, skipped } = await files.keepRun(user, conversation, { runId: newRunId(), files: deleting() }, never);
    expect([kept, skipped.map(({ name }) => name)]).toEqual([[], ['a.txt', 'b.txt']]);
    expect(await files.keepRun(user, conversation, wrote(newRunId(), { 'c.txt': 'c' }), never)).toMatchObject({
      kept: [],
      skipped: [{ name: 'c.txt' }],
    });
    expect(await rooms.onDisk()).toEqual(before);
  });
});

describe('uploads that wait', () => {
  it('come into the conversation that claims them, once, and nobody else’s', async () => {
    const [user, conversation] = place();
    const mine = await files.upload(user, undefined, incoming('a.txt', 'newer'), never);
    const theirs = await files.upload(newUserId(), undefined, incoming('b.txt'), never);
    await files.upload(user, conversation, incoming('a.txt', 'older'), never);
    for (let time = 0; time < 2; time += 1) await files.claim(user, conversation, [mine.id, theirs.id]);
    expect(await files.list(user, conversation)).toEqual([mine]);
    await files.claim(user, newConversationId(), [mine.id]);
    expect(await files.list(user, conversation)).toEqual([mine]);
  });

  it('are no more than somebody may have waiting, also under one name', async () => {
    const user = newUserId();
    const outcomes = await Promise.allSettled(
      [1_000, 1_000, 1_000].map((size) => files.upload(user, undefined, incoming('a.bin', size), never)),
    );
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['workspace-full']));
    await files.upload(newUserId(), undefined, incoming('a.bin', 1_000), never);
  });

  it('are refused for a conversation that they do not fit into', async () => {
    const [user, conversation] = place();
    const waiting = [
      await files.upload(user, undefined, incoming('a.bin', 1_000), never),
      await files.upload(user, undefined, incoming('b.bin', 1_000), never),
    ].map(({ id }) => id);
    await files.upload(user, conversation, incoming('c.bin', 900), never);
    expect((await files.check(user, conversation, waiting)).map(({ name }) => name)).toEqual(['a.bin', 'b.bin']);
    await files.upload(user, conversation, incoming('d.bin', 200), never);
    await expect(files.check(user, conversation, waiting)).rejects.toMatchObject({ code: 'workspace-full' });
  });

  it('stay out of a workspace that was filled meanwhile, and readable', async () => {
    const [user, conversation] = place();
    const { id } = await files.upload(user, undefined, incoming('late.bin', 1_000), never);
    for (const name of ['a', 'b', 'c']) await files.upload(user, conversation, incoming(name, 900), never);
    await files.claim(user, conversation, [id]);
    expect(await named(user, conversation)).toEqual(['a', 'b', 'c']);
    expect(await textOf(files, await files.findIn(user, conversation, id))).toHaveLength(1_000);
  });

  it('are gone after a day when nobody has claimed them; what was claimed stays', async () => {
    const [user, conversation] = place();
    const forgotten = await files.upload(user, undefined, incoming('a.txt'), never);
    const claimed = await files.upload(user, undefined, incoming('b.txt'), never);
    await files.claim(user, conversation, [claimed.id]);
    const inADay = rooms.another({ now: () => Date.now() + 25 * 3_600_000 });
    await inADay.sweep();
    await expect(files.find(user, forgotten.id)).rejects.toMatchObject({ code: 'file-not-found' });
    expect(await files.find(user, claimed.id)).toEqual(claimed);
    expect(await rooms.onDisk()).not.toContain(forgotten.id);
  });
});

describe('what something newer has replaced', () => {
  it('stays readable until there is too much of it; then the oldest goes', async () => {
    const [user, conversation] = place();
    const all: StoredFile[] = [];
    for (let version = 0; version < 5; version += 1) {
      all.push(await files.upload(user, conversation, incoming('a.bin', 900), never));
    }
    const found = await Promise.allSettled(all.map(({ id }) => files.find(user, id)));
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(await files.list(user, conversation)).toEqual([all[4]]);
  });
});

describe('room', () => {
  it('is never overdrawn by uploads that race', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 8 }), async (sizes) => {
        const [user, conversation] = place();
        const processes = [files, rooms.another().files];
        const outcomes = await Promise.allSettled(
          sizes.map((size, index) =>
            (processes[index % 2] ?? files).upload(user, conversation, incoming(`${index}`, size), never),
          ),
        );
        const { used } = await files.room(user, conversation);
        expect(used).toBeLessThanOrEqual(smallLimits.workspaceBytes);
        const fulfilled = sizes.filter((_size, index) => outcomes[index]?.status === 'fulfilled');
        expect(used).toBe(sumOf(fulfilled));
        // Where there is plenty, nobody is refused.
        expect(sumOf(sizes) > 1_000 || fulfilled.length === sizes.length).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('is given back by what failed', async () => {
    const [user, conversation] = place();
    for (let time = 0; time < 5; time += 1) {
      await expect(files.upload(user, conversation, { name: 'a', content: broken() }, never)).rejects.toThrow('left');
    }
    for (const name of ['a', 'b', 'c']) await files.upload(user, conversation, incoming(name, 1_000), never);
  });

  it('is said to be missing when the storage has none', async () => {
    const [user, conversation] = place();
    const full = {
      ...rooms.parts,
      storage: { ...rooms.parts.storage, put: () => Promise.reject(new StorageError('full', 'Full.')) },
    };
    const { files: unlucky } = rooms.another({ parts: full });
    await expect(unlucky.upload(user, conversation, incoming('a'), never)).rejects.toMatchObject({
      code: 'storage-full',
    });
    expect(await unlucky.keepRun(user, conversation, wrote(newRunId(), { a: 'x' }), never)).toMatchObject({
      skipped: [{ name: 'a', reason: 'the server has no room left for files' }],
    });
    expect((await files.room(user, conversation)).used).toBe(0);
  });
});

describe('the workspace of a session', () => {
  it('shares its room with all others of its owner', async () => {
    const user = newUserId();
    for (let count = 0; count < 4; count += 1) await files.upload(user, newSessionId(), incoming('a', 1_000), never);
    await expect(files.upload(user, newSessionId(), incoming('a', 1), never)).rejects.toMatchObject({
      code: 'workspace-full',
    });
    await files.upload(user, newConversationId(), incoming('a', 1), never);
  });

  it('needs no conversation, and does not last for ever', async () => {
    const user = newUserId();
    const conversation = newSessionId();
    const { id } = await files.upload(user, conversation, incoming('a.txt'), never);
    await rooms.another({ now: () => Date.now() + 29 * 24 * 3_600_000 }).sweep();
    expect(await files.findIn(user, conversation, id)).toMatchObject({ id });
    await expect(files.findIn(user, newConversationId(), id)).rejects.toMatchObject({ code: 'file-not-found' });
    await rooms.another({ now: () => Date.now() + 31 * 24 * 3_600_000 }).sweep();
    expect(await files.list(user, conversation)).toEqual([]);
  });
});
