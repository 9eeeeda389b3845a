import { expect, it } from 'vitest';
import { docPages, slugOf } from './doc-pages.ts';

const files = Object.keys(import.meta.glob(['../../../../{README,ARCHITECTURE}.md', '../../../../docs/**/*.md']));
const slugs = files.map((file) => slugOf(file.replace(/^(\.\.\/)+/, '')));

it('leads only to pages that exist', () => {
  for (const { slug } of docPages) expect(slugs).toContain(slug);
});

it('names every guide, so a new one needs a line in doc-pages.ts', () => {
  const guides = slugs.filter((slug) => slug.startsWith('guides/'));
  expect(docPages.map(({ slug }) => slug)).toEqual(expect.arrayContaining(guides));
});
