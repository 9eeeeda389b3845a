import { expect, test } from 'vitest';
import { emptyDocument, extendDocument, settleDocument } from './markdown-document.ts';
import type { BlockNode, InlineNode } from './nodes.ts';

const TIMES = 4_000;

function depthOf(node: BlockNode | InlineNode): number {
  if (node.type === 'list') return 1 + Math.max(0, ...node.items.flatMap(({ children }) => children.map(depthOf)));
  return 'children' in node ? 1 + Math.max(0, ...node.children.map(depthOf)) : 1;
}

test.for([
  '>',
  '> ',
  '- ',
  '1. ',
  '[',
  '![',
  '*a ',
  'a*',
  '**a *b ',
  '~~a ',
  '`',
  '$',
  '$a ',
  '\\(',
  '\\[',
  '\n$$',
  '\n\\[',
  '<',
  '[a](',
  '|',
])('%j thousands of times is read without trouble and without endless nesting', (piece) => {
  const text = piece.repeat(TIMES);
  for (const document of [extendDocument(emptyDocument, text), settleDocument(emptyDocument, text)]) {
    expect(document.blocks.map(({ raw }) => raw).join('')).toBe(text);
    for (const node of document.blocks.flatMap(({ nodes }) => nodes)) expect(depthOf(node)).toBeLessThan(80);
  }
});
