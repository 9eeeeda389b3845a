import { expect, test } from 'vitest';
import { emptyDocument, extendDocument, settleDocument } from './markdown-document.ts';

const nodesOf = (text: string) => settleDocument(emptyDocument, text).blocks.flatMap(({ nodes }) => nodes);
const shownOf = (text: string) => extendDocument(emptyDocument, text).blocks.flatMap(({ nodes }) => nodes);

const page = ':::artifact{identifier="clock" type="text/html" title="A clock"}\n```html\n<p>12</p>\n```\n:::\n';
const attributes = 'identifier="clock" type="text/html" title="A clock"';

test('what stands between colons is one block, with the words of its first line', () => {
  expect(nodesOf(`Here:\n${page}\nDone.`)).toMatchObject([
    { type: 'paragraph' },
    { type: 'artifact', attributes, body: '```html\n<p>12</p>\n```\n', closed: true },
    { type: 'paragraph' },
  ]);
});

test('it may do without a fence, and a fence in it does not end it', () => {
  expect(nodesOf(':::artifact{type="text/markdown"}\n# One\n\n:::\nTwo')).toMatchObject([
    { type: 'artifact', body: '# One\n\n' },
    { type: 'paragraph' },
  ]);
  const nested = '```md\nRun:\n```sh\nls\n```\nDone.\n```\n';
  expect(nodesOf(`:::artifact{a="b"}\n${nested}:::\nTwo`)).toMatchObject([
    { type: 'artifact', body: nested },
    { type: 'paragraph' },
  ]);
});

test('it ends with its fence when the colons are forgotten', () => {
  expect(nodesOf(':::artifact{a="b"}\n```html\n<p>\n```\n\nAnd so on.')).toMatchObject([
    { type: 'artifact', body: '```html\n<p>\n```\n' },
    { type: 'paragraph' },
  ]);
});

test('it is open until its end has come, and its first line never flashes up', () => {
  for (let length = 1; length < page.indexOf('\n'); length += 1) {
    expect(shownOf(`Here:\n${page.slice(0, length)}`).map(({ type }) => type)).not.toContain('html');
    expect(shownOf(`Here:\n\n${page.slice(0, length)}`)[1]).toBeUndefined();
  }
  expect(shownOf(page.slice(0, -8))).toMatchObject([{ type: 'artifact', closed: false }]);
  expect(shownOf(page.slice(0, -4))).toMatchObject([{ type: 'artifact', closed: true }]);
});

test('other colons are text', () => {
  expect(nodesOf(':::note\ntext\n:::')).toMatchObject([{ type: 'paragraph' }]);
  expect(nodesOf('a :::artifact{x="y"} b')).toMatchObject([{ type: 'paragraph' }]);
});
