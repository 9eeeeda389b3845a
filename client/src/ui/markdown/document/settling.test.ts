import { expect, test } from 'vitest';
import { corpus } from '../__fixtures__/corpus.ts';
import { emptyDocument, extendDocument, type MarkdownDocument, settleDocument } from './markdown-document.ts';

const nodesOf = (document: MarkdownDocument) => document.blocks.flatMap(({ nodes }) => nodes);
const typesOf = (document: MarkdownDocument) => nodesOf(document).map(({ type }) => type);
const open = (text: string) => extendDocument(emptyDocument, text);

test.for(corpus.map((text, index) => [index, text] as const))(
  'in answer %i settled blocks stay the same objects while text arrives',
  ([, text]) => {
    let before = emptyDocument;
    for (let length = 1; length <= text.length; length += 1) {
      const after = extendDocument(before, text.slice(0, length));
      expect(after.settledCount).toBeGreaterThanOrEqual(before.settledCount);
      for (let index = 0; index < before.settledCount; index += 1)
        expect(after.blocks[index]).toBe(before.blocks[index]);
      before = after;
    }
  },
);

test('only blocks that mention a later definition are read again at the end', () => {
  const text = 'First.\n\nSee [spec].\n\nThird.\n\nFourth.\n\n[spec]: /spec\n';
  const growing = [20, 40, text.length].reduce(
    (document, end) => extendDocument(document, text.slice(0, end)),
    emptyDocument,
  );
  const settled = settleDocument(growing, text);
  expect(settled.blocks.map((block, index) => block === growing.blocks[index])).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  expect(nodesOf(settled)[1]).toMatchObject({
    children: [{ text: 'See ' }, { type: 'link', href: '/spec' }, { text: '.' }],
  });
});

test('a settled text can be settled again without any change, and continued', () => {
  const text = 'One.\n\nTwo **bold';
  const settled = settleDocument(emptyDocument, text);
  expect(settleDocument(settled, text).blocks).toEqual(settled.blocks);
  expect(nodesOf(settled)[1]).toEqual({ type: 'paragraph', children: [{ type: 'text', text: 'Two **bold' }] });
  const continued = settleDocument(extendDocument(settled, `${text}** text`), `${text}** text`);
  expect(nodesOf(continued)).toEqual(nodesOf(settleDocument(emptyDocument, `${text}** text`)));
});

test('a text that is replaced is read anew', () => {
  const document = extendDocument(open('# Old\n\ntext'), 'New');
  expect(nodesOf(document)).toEqual([{ type: 'paragraph', children: [{ type: 'text', text: 'New' }] }]);
});

test('guesses never reach the settled document', () => {
  for (const text of corpus) {
    for (let length = 1; length <= text.length; length += 7) {
      const part = text.slice(0, length);
      expect(nodesOf(settleDocument(open(part), part))).toEqual(nodesOf(settleDocument(emptyDocument, part)));
    }
  }
});

test('a table shows as a table from its first header cell on', () => {
  const table = '| Name | Role |\n|------|------|\n| Ada | math';
  for (const length of [6, 10, 15, 16, 17, 20, 30, 32, table.length]) {
    expect(typesOf(open(table.slice(0, length)))).toEqual(['table']);
  }
});

test('the beginnings of markers never flash up', () => {
  const texts = [
    'Text\n-',
    'Text\n--',
    'Text\n=',
    'Text\n\n#',
    'Text\n\n``',
    'Text\n\n$$',
    'Text\n\n|',
    'Text\n\n- [',
    'Text\n\n1.',
  ];
  for (const text of texts) expect([text, typesOf(open(text))]).toEqual([text, ['paragraph']]);
});

test('a fence is open until its closing fence is whole, and never shows it', () => {
  const code = '```js\nlet a;\n```';
  expect(nodesOf(open(code.slice(0, -1)))).toEqual([{ type: 'code', language: 'js', text: 'let a;', closed: false }]);
  expect(nodesOf(open(code))).toEqual([{ type: 'code', language: 'js', text: 'let a;', closed: true }]);
  expect(nodesOf(settleDocument(emptyDocument, code.slice(0, -4)))).toMatchObject([{ text: 'let a;', closed: true }]);
  const nested = '- item\n  ```js\n  let a;\n  ``';
  expect(nodesOf(open(nested))).toMatchObject([{ items: [{ children: [{}, { text: 'let a;', closed: false }] }] }]);
});

test('a displayed formula shows its source until it ends, whatever its lines look like', () => {
  const formula = '$$\na\n- b\n= c\n';
  expect(nodesOf(open(formula))).toEqual([{ type: 'pending-math', text: '$$\na\n- b\n= c' }]);
  expect(nodesOf(open(`${formula}$$`))).toEqual([{ type: 'math', text: 'a\n- b\n= c' }]);
});

test('headings make an outline without gaps that begins at h3', () => {
  const document = settleDocument(
    emptyDocument,
    '### A\n\n##### B\n\n# C\n\n> ## D\n\n## E\n\n### F\n\n#### G\n\n##### H',
  );
  const levels = nodesOf(document).map((node) => (node.type === 'quote' ? node.children[0] : node));
  expect(levels.map((node) => node?.type === 'heading' && node.level)).toEqual([3, 4, 3, 4, 4, 5, 6, 6]);
});
