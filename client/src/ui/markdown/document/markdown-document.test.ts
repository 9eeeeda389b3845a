import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { corpus } from '../__fixtures__/corpus.ts';
import { emptyDocument, extendDocument, type MarkdownDocument, settleDocument } from './markdown-document.ts';

const FRAGMENTS = [
  ['\n', '\n\n', ' ', '  ', '    ', '\t', '\r\n', '# ', '## ', '> ', '- ', '* ', '1. ', '2) ', '- [x] ', '+ '],
  [
    '```',
    '```js\n',
    '\n```\n',
    '~~~\n',
    '`',
    '``',
    '**',
    '*',
    '_',
    '__',
    '~~',
    '~',
    '[',
    ']',
    '](',
    ')',
    '![',
    '[^1]',
    '[^1]: ',
    ':::artifact{title="a"}\n',
    '\n:::\n',
    ':::',
  ],
  [
    '[a]',
    '[a]: /u',
    '[a]: /v "t',
    '"',
    '[b][a]',
    '(',
    '|',
    '| a | b |\n',
    '|---|---|\n',
    '---\n',
    '===\n',
    '***\n',
    '-',
    '=',
  ],
  [
    '$',
    '$$',
    '$$\n',
    '\n$$\n',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '\\',
    '5',
    '10',
    'x_1',
    'foo',
    'bar',
    'héllo',
    '日本',
    '👍',
  ],
  [
    '<b>',
    '</b>',
    '<div>',
    '</div>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
    '<a>',
    '<br>',
    '<pre>',
    '&amp;',
    '&#106;',
    '<',
    '>',
  ],
  ['https://a.b/c', 'www.a.b', 'a@b.cd', '.', ':', '!', 'constructor'],
].flat();
const fragments = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 40, size: 'max' })
  .map((parts) => parts.join(''));

/** Feeds `text` in pieces that end at the given fractions of its length. */
function feed(text: string, cuts: readonly number[]): MarkdownDocument {
  const ends = cuts.map((cut) => Math.floor(cut * text.length)).toSorted((a, b) => a - b);
  let document = emptyDocument;
  for (const end of ends) document = extendDocument(document, text.slice(0, end));
  return settleDocument(document, text);
}

/** What is shown, and nothing about how it came to be. */
function shown(document: MarkdownDocument) {
  return document.blocks.map(({ key, nodes, raw, settled }) => ({ key, nodes, raw, settled }));
}

const everyCut = (text: string) => Array.from(text, (_, index) => (index + 1) / text.length);
const fractions = fc.array(
  fc.nat(1_000).map((thousandths) => thousandths / 1_000),
  { maxLength: 30, size: 'max' },
);

test.for(corpus.map((text, index) => [index, text] as const))(
  'answer %i reads the same one character at a time',
  ([, text]) => {
    expect(shown(feed(text, everyCut(text)))).toEqual(shown(settleDocument(emptyDocument, text)));
  },
);

test('answers read the same however they are cut', () => {
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fractions, (text, cuts) => {
      expect(shown(feed(text, cuts))).toEqual(shown(settleDocument(emptyDocument, text)));
    }),
    { numRuns: 100 },
  );
});

test('a quotation that the lexer cannot read is shown as it is written', () => {
  const text = '* |---|---|\n\t> 2) \n**';
  expect(
    settleDocument(emptyDocument, text)
      .blocks.map(({ raw }) => raw)
      .join(''),
  ).toBe(text);
  expect(shown(feed(text, everyCut(text)))).toEqual(shown(settleDocument(emptyDocument, text)));
});

test('arbitrary markdown reads the same however it is cut', () => {
  fc.assert(
    fc.property(fragments, fractions, (text, cuts) => {
      expect(shown(feed(text, cuts))).toEqual(shown(settleDocument(emptyDocument, text)));
    }),
    { numRuns: 500 },
  );
});
