import { expect, it } from 'vitest';
import { fileKind } from './file-kind.ts';

it.each([
  ['data.CSV', '', 'table'],
  ['plot.png', 'application/octet-stream', 'image'],
  ['notes', 'text/plain', 'text'],
  ['src/main.rs', '', 'code'],
  ['photo', 'image/heic', 'image'],
  ['constructor', '', 'other'],
  ['a.constructor', '', 'other'],
  ['', '', 'other'],
])('takes %j of type %j for: %s', (name, mimeType, kind) => {
  expect(fileKind({ name, mimeType })).toBe(kind);
});
