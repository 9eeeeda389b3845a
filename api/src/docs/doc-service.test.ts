import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDocService } from './doc-service.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-docs-'));
  root = path.join(folder, 'install');
  await mkdir(path.join(root, 'docs/guides'), { recursive: true });
  await mkdir(path.join(root, 'docs/folder.md'));
  await mkdir(path.join(root, 'data'));
  await writeFile(path.join(root, 'README.md'), 'Intro\n\n# Parley\n');
  await writeFile(path.join(root, 'LICENSE.md'), '# License\n');
  await writeFile(path.join(root, 'data/secrets.md'), 'secret\n');
  await writeFile(path.join(root, 'docs/guides/deploy.md'), 'No heading\n');
  await symlink(path.join(root, 'data/secrets.md'), path.join(root, 'docs/link.md'));
  await symlink(path.join(root, 'data'), path.join(root, 'docs/linked'));
  await writeFile(path.join(root, 'docs/huge.md'), 'x'.repeat(1024 * 1024 + 1));
  await symlink(root, path.join(folder, 'current'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('reads pages with their titles', async () => {
  const docs = createDocService(root);
  expect(await docs.read('README.md')).toEqual({ path: 'README.md', title: 'Parley', text: 'Intro\n\n# Parley\n' });
  expect(await docs.read('guides/deploy.md')).toMatchObject({ title: 'deploy' });
  expect(await docs.read('docs/guides/deploy.md')).toMatchObject({ text: 'No heading\n' });
});

it('reads an install that is itself behind a link', async () => {
  expect(await createDocService(path.join(folder, 'current')).read('README.md')).toMatchObject({ title: 'Parley' });
});

it.each([
  'missing.md',
  'guides/missing.md',
  'README.md/x.md',
  'LICENSE.md',
  'link.md',
  'linked/secrets.md',
  'folder.md',
  'huge.md',
  '../README.md',
  '../data/secrets.md',
  '/etc/hostname.md',
  'docs/../../data/secrets.md',
])('does not give out %s', async (page) => {
  await expect(createDocService(root).read(page)).rejects.toMatchObject({ code: 'not-found' });
});
