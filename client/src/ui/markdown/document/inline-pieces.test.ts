import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlinePieces, longestRun } from './inline-pieces.ts';
import { emptyDocument, settleDocument } from './markdown-document.ts';

describe('a run of text', () => {
  it('is read as a whole up to a length nobody writes', () => {
    const text = 'word '.repeat(longestRun / 5);
    expect(inlinePieces(text)).toEqual([{ text, isPlain: false }]);
  });

  it('is cut into pieces that are bounded and add up, without cutting a character in two', () => {
    const units = fc.array(fc.constantFrom('a ', '\u{1f600}', 'x'.repeat(700), '**b**', '\n'), { minLength: 30 });
    fc.assert(
      fc.property(units, (parts) => {
        const text = parts.join('').repeat(20);
        const pieces = inlinePieces(text).map((piece) => piece.text);
        expect(pieces.join('')).toBe(text);
        if (text.length <= longestRun) return;
        expect(pieces.filter((piece) => piece.length > 2_000 || !piece.isWellFormed())).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps its emphasis where it has spaces', () => {
    const { blocks } = settleDocument(emptyDocument, 'word **bold** '.repeat(2_000));
    const [paragraph] = blocks[0]?.nodes ?? [];
    const children = paragraph && 'children' in paragraph ? paragraph.children : [];
    expect(children.filter(({ type }) => type === 'strong').length).toBeGreaterThan(1_800);
  });

  it.for(['x', '_a', 'a@', '[', '![', '`a', '<', '$', '[a](', '**a**', '&amp;'])(
    'of 200,000 characters %j without a space is text',
    (piece) => {
      const text = piece.repeat(200_000 / piece.length);
      const { blocks } = settleDocument(emptyDocument, text);
      expect(blocks.map(({ raw }) => raw).join('')).toBe(text);
      expect(blocks).toHaveLength(1);
      expect(blocks[0]?.nodes[0]).toMatchObject({ type: 'paragraph', children: [{ type: 'text' }] });
    },
  );
});
