import { expect, it } from 'vitest';
import { previewKind } from './preview-kind.ts';

it.each([
  ['plot.png', 'image/png', 'image'],
  ['plot.svg', 'image/svg+xml', 'image'],
  ['scan.tiff', 'image/tiff', 'none'],
  ['sales.csv', 'text/csv; charset=utf-8', 'table'],
  ['SALES.TSV', 'application/octet-stream', 'table'],
  ['notes.txt', 'text/plain', 'text'],
  ['page.html', 'text/html', 'text'],
  ['data', 'application/ld+json', 'text'],
  ['src/main.f90', 'application/octet-stream', 'text'],
  ['model.bin', 'application/octet-stream', 'none'],
  ['folder.txt/model', 'application/octet-stream', 'none'],
])('%s of type %s is shown as %s', (name, mimeType, kind) => {
  expect(previewKind({ name, mimeType })).toBe(kind);
});
