import type { FileRef } from '@parley/contracts';

/** How a file can be looked at without saving it. */
export type PreviewKind = 'image' | 'table' | 'text' | 'none';

const images = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;
const textTypes =
  /^(?:text\/|application\/(?:json|xml|javascript|sql|toml|yaml|x-yaml|x-sh|x-ndjson|x-tex)\b)|\+(?:json|xml)$/;
const textEndings = new Set(
  'txt md log json jsonl ndjson xml html htm yaml yml toml ini cfg conf env py js mjs cjs ts go c h cc cpp hpp java php rs f90 f95 sh sql css tex r rb'.split(
    ' ',
  ),
);

/** How a file is shown, by what the server says it is and by its name. */
export function previewKind({ mimeType, name }: Pick<FileRef, 'mimeType' | 'name'>): PreviewKind {
  const type = mimeType.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const ending = endingOf(name);
  if (images.test(type)) return 'image';
  if (type === 'text/csv' || type === 'text/tab-separated-values' || ending === 'csv' || ending === 'tsv')
    return 'table';
  return textTypes.test(type) || textEndings.has(ending) ? 'text' : 'none';
}

/** The ending of a file’s name in lower case; empty when it has none. */
export function endingOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
