import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoServerError } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedMongo } from './index.ts';
import { openTestClient } from './testing/open-client.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-disk-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Mounts a small disk; false where that is not allowed. */
function mountSmallDisk(at: string): boolean {
  mkdirSync(at);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a full disk', () => {
  it('fails writes with 14031, goes on reading, loses nothing and recovers', async (context) => {
    const disk = join(directory, 'disk');
    if (!mountSmallDisk(disk)) context.skip('mounting a small disk needs privileges');
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(2_000_000));
      const test = await openTestClient(join(disk, 'store'));
      const items = test.db.collection<{ _id: number; text: string }>('items');
      await items.createIndex({ text: 1 });
      const acknowledged: number[] = [];
      const codes = new Set<unknown>();
      let next = 0;
      const writeUntilFull = async (): Promise<void> => {
        for (;;) {
          next += 1;
          const _id = next;
          try {
            await items.insertOne({ _id, text: `${String(_id)} ${'x'.repeat(900)}` });
            acknowledged.push(_id);
          } catch (error) {
            if (!(error instanceof MongoServerError)) throw error;
            codes.add(error.code);
            return;
          }
        }
      };
      // Several at once, so that a failure meets neighbours in its group.
      await Promise.all(Array.from({ length: 8 }, writeUntilFull));
      expect([...codes]).toEqual([14_031]);
      expect(acknowledged.length).toBeGreaterThan(100);
      const stored = async () => (await items.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
      const present = new Set(await stored());
      expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
      rmSync(ballast);
      await items.insertOne({ _id: -1, text: 'room again' });
      const before = await stored();
      await test.close();
      const again = await openTestClient(join(disk, 'store'));
      expect(await again.db.collection('items').countDocuments()).toBe(before.length);
      expect(await again.db.collection('items').findOne({ text: 'room again' })).toMatchObject({ _id: -1 });
      await again.close();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('a directory', () => {
  it('that cannot be made is refused with the reason', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedMongo({ path: join(file, 'store') })).rejects.toMatchObject({ code: 'store-unreadable' });
  });

  it('that may only be read is refused', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere');
    chmodSync(directory, 0o500);
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-unreadable' });
    chmodSync(directory, 0o700);
  });
});

describe('two processes on one directory', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  async function serveElsewhere(): Promise<ChildProcess> {
    const script = fileURLToPath(new URL('testing/crash-server.ts', import.meta.url));
    const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  it('exclude each other until the first is killed', async () => {
    const child = await serveElsewhere();
    await expect(startEmbeddedMongo({ path: directory })).rejects.toMatchObject({ code: 'store-locked' });
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const store = await startEmbeddedMongo({ path: directory });
    await store.close();
  });
});
