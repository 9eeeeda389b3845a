import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFileStorage } from './__fixtures__/file-storage-suite.ts';
import { createDiskStorage } from './disk-storage.ts';

/** A disk that can be filled has to be mounted, which only root may do. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function count(): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

async function* text(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('x'));
}

async function* much(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 40; piece += 1) yield await Promise.resolve(Buffer.alloc(100_000));
}

describe('a storage on the disk', () => {
  testFileStorage(() => ({ storage: createDiskStorage(folder), count }));

  it('lets nobody else read', async () => {
    const key = randomUUID();
    await createDiskStorage(folder).put(key, text(), new AbortController().signal);
    const place = path.join(folder, key.slice(0, 2), key);
    expect([(await stat(place)).mode & 0o777, (await stat(path.dirname(place))).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('removes what a process has left that died while it wrote', async () => {
    const key = randomUUID();
    const before = await count();
    await mkdir(path.join(folder, key.slice(0, 2)), { recursive: true });
    await writeFile(path.join(folder, key.slice(0, 2), `${key}.part`), 'half');
    await createDiskStorage(folder).remove(key);
    expect(await count()).toBe(before);
  });

  it('says so when its folder cannot be used', async () => {
    const file = path.join(folder, 'a file');
    await writeFile(file, '');
    const storage = createDiskStorage(path.join(file, 'below'));
    await expect(storage.put(randomUUID(), text(), new AbortController().signal)).rejects.toMatchObject({
      name: 'StorageError',
      code: 'unavailable',
    });
  });

  it.skipIf(!canMount)('says so when the disk is full, and keeps nothing', async () => {
    const small = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'parley-test', small]);
    try {
      const storage = createDiskStorage(small);
      const key = randomUUID();
      await expect(storage.put(key, much(), new AbortController().signal)).rejects.toMatchObject({ code: 'full' });
      expect(await readdir(path.join(small, key.slice(0, 2)))).toEqual([]);
      await storage.put(randomUUID(), text(), new AbortController().signal);
    } finally {
      execFileSync('/usr/bin/umount', [small]);
      await rm(small, { recursive: true });
    }
  });
});
