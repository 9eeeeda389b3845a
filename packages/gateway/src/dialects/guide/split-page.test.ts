import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadGuideDocuments } from './load-guide-documents.ts';
import { headingSlug, splitPage } from './split-page.ts';
import { guidePages } from '../../testing/guide-pages.ts';

test('cuts a page at its headings, not inside code', () => {
  const [readme] = guidePages;
  expect(readme).toMatchObject({ url: '/docs/README', title: 'Parley' });
  expect(readme?.sections.map(({ headings, slug }) => [headings, slug])).toEqual([
    [['Parley'], ''],
    [['Parley', 'Two commands'], 'two-commands'],
    [['Parley', 'What Parley can do'], 'what-parley-can-do'],
  ]);
  expect(readme?.sections[0]?.text).toBe('A self-hosted chat platform for AI models.');
  expect(readme?.sections[1]?.text).toContain('# not a heading\nnpm start');
});

test('links between pages become addresses in the app, others lose their link', () => {
  const text = guidePages[1]?.sections[0]?.text;
  expect(text).toContain(
    '[the data page](/docs/guides/your-data#backup), the license and [below](/docs/guides/connect-a-provider#openai)',
  );
});

test('slugs are those of GitHub, repeated ones numbered', () => {
  expect(headingSlug("What's new in `v2.1`? A – B")).toBe('whats-new-in-v21-a--b');
  const page = splitPage('docs/a.md', '# T\n\n## Same\n\nx\n\n## Same\n\ny');
  expect(page.sections.map(({ slug }) => slug)).toEqual(['same', 'same-1']);
});

test('a page without a title is called by its file', () => {
  expect(splitPage('docs/guides/deploy.md', 'Just text.')).toMatchObject({
    url: '/docs/guides/deploy',
    title: 'deploy',
    sections: [{ headings: [], slug: '', text: 'Just text.' }],
  });
});

test('documentation is read from README, ARCHITECTURE and docs, without the reference', async () => {
  const root = await mkdtemp(join(tmpdir(), 'guide-'));
  expect(await loadGuideDocuments(root)).toEqual([]);
  await mkdir(join(root, 'docs/guides'), { recursive: true });
  await mkdir(join(root, 'docs/reference'), { recursive: true });
  await writeFile(join(root, 'README.md'), '# One\n\ntext');
  await writeFile(join(root, 'docs/guides/two.md'), '# Two\n\ntext');
  await writeFile(join(root, 'docs/reference/three.md'), '# Three\n\ntext');
  expect((await loadGuideDocuments(root)).map(({ url }) => url)).toEqual(['/docs/README', '/docs/guides/two']);
  await rm(root, { recursive: true });
});
