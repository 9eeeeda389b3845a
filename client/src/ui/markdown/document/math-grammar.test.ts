import { expect, test } from 'vitest';
import { emptyDocument, settleDocument } from './markdown-document.ts';
import type { BlockNode, InlineNode } from './nodes.ts';

function nodesOf(text: string): readonly BlockNode[] {
  return settleDocument(emptyDocument, text).blocks.flatMap(({ nodes }) => nodes);
}

function inline(text: string): readonly InlineNode[] {
  const [node] = nodesOf(text);
  return node?.type === 'paragraph' ? node.children : [];
}

test.for([
  'It costs $5 and $10.',
  'Between $5-$10 a month',
  'US$5 or US$6',
  'from $HOME to $PATH',
  '$5, or 10$ in words',
  'a \\$x\\$ b',
  'an unclosed $x',
  'an unclosed \\\\(x',
  '$ x $',
])('amounts and lone delimiters stay text: %s', (text) => {
  expect(inline(text).map(({ type }) => type)).toEqual(['text']);
});

test.for([
  ['$x$', 'x'],
  ['$5x + 3$', '5x + 3'],
  ['$\\frac{1}{2}$', '\\frac{1}{2}'],
  ['$a\\$b$', 'a\\$b'],
  ['\\(a_1 * b_2\\)', 'a_1 * b_2'],
] as const)('%s is a formula', ([text, source]) => {
  expect(inline(text)).toContainEqual({ type: 'math', text: source, display: false });
});

test('delimiters of emphasis inside a formula are none', () => {
  expect(inline('**a $x*y*z$ b** and $u_1$ or $v_2$')).toEqual([
    {
      type: 'strong',
      children: [
        { type: 'text', text: 'a ' },
        { type: 'math', text: 'x*y*z', display: false },
        { type: 'text', text: ' b' },
      ],
    },
    { type: 'text', text: ' and ' },
    { type: 'math', text: 'u_1', display: false },
    { type: 'text', text: ' or ' },
    { type: 'math', text: 'v_2', display: false },
  ]);
});

test('displayed formulas interrupt paragraphs and stand in list items', () => {
  expect(nodesOf('Thus:\n\\[\nx\n\\]\nand\n$$y$$\n').map(({ type }) => type)).toEqual([
    'paragraph',
    'math',
    'paragraph',
    'math',
  ]);
  expect(nodesOf('1. Thus:\n   $$\n   x\n   $$\n')).toMatchObject([
    { type: 'list', items: [{ children: [{ type: 'plain' }, { type: 'math', text: 'x' }] }] },
  ]);
});

test('a displayed formula in the middle of a line stands between two paragraphs', () => {
  expect(nodesOf('see $$x^2$$ or \\[y\\] there')).toEqual([
    { type: 'paragraph', children: [{ type: 'text', text: 'see ' }] },
    { type: 'math', text: 'x^2' },
    { type: 'paragraph', children: [{ type: 'text', text: ' or ' }] },
    { type: 'math', text: 'y' },
    { type: 'paragraph', children: [{ type: 'text', text: ' there' }] },
  ]);
});

test('a blank line ends an unclosed formula', () => {
  expect(nodesOf('$$\nx\n\ny\n$$').map(({ type }) => type)).toEqual(['paragraph', 'paragraph']);
});

test('code is never a formula', () => {
  expect(inline('`$x$` and `\\(y\\)`').map(({ type }) => type)).toEqual(['code', 'text', 'code']);
});
