import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readMemoryLimit } from './container-memory.ts';

const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true });
});

async function machineWith(files: Record<string, string>): Promise<string> {
  const root = `${await mkdtemp(join(tmpdir(), 'memory-'))}/`;
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(root + path), { recursive: true });
    await writeFile(root + path, text);
  }
  return root;
}

test('inside a container of version 2 the limit stands at the root', async () => {
  const root = await machineWith({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/memory.max': '134217728\n' });
  expect(await readMemoryLimit(root)).toBe(134_217_728);
});

test('the smallest limit of a group and those above it counts', async () => {
  const root = await machineWith({
    'proc/self/cgroup': '0::/system.slice/parley.service\n',
    'sys/fs/cgroup/system.slice/memory.max': '200000000\n',
    'sys/fs/cgroup/system.slice/parley.service/memory.max': 'max\n',
  });
  expect(await readMemoryLimit(root)).toBe(200_000_000);
});

test('version 1 has a file of its own, where a huge number means no limit', async () => {
  const limited = await machineWith({
    'proc/self/cgroup': '5:cpu:/docker/abc\n4:memory:/docker/abc\n',
    'sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': '300000000\n',
  });
  expect(await readMemoryLimit(limited)).toBe(300_000_000);
  const free = await machineWith({ 'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' });
  expect(await readMemoryLimit(free)).toBe(totalmem());
});

test('without control groups it is the memory of the machine', async () => {
  expect(await readMemoryLimit(await machineWith({}))).toBe(totalmem());
});
