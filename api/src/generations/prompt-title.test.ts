import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, promptTitle } from './prompt-title.ts';

describe('promptTitle', () => {
  it('is the whole prompt when that is short', () => {
    expect(promptTitle('  How do I boil\n an egg? ')).toBe('How do I boil an egg?');
  });

  it('is the first whole words of a long prompt', () => {
    expect(promptTitle('Please explain to me in great detail how the borrow checker of Rust works')).toBe(
      'Please explain to me in great detail how the borrow checker…',
    );
  });

  it('cuts a word that is longer than a title', () => {
    const title = promptTitle('x'.repeat(200));
    expect(title).toBe(`${'x'.repeat(59)}…`);
  });

  it('never cuts a character that people see as one', () => {
    expect(promptTitle('👩‍👩‍👧'.repeat(80))).toBe(`${'👩‍👩‍👧'.repeat(59)}…`);
  });

  it('leaves out the signs of markup', () => {
    expect(promptTitle('# Review **this** [code](https://example.org)\n```ts\nconst a_b = 1;\n```')).toBe(
      'Review this code const a_b = 1;',
    );
  });

  it('has a name for a prompt without words', () => {
    expect(promptTitle('```\n```')).toBe('New chat');
  });

  it('is always one line of 1 to 60 characters', () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (prompt) => {
        const title = promptTitle(prompt);
        const length = [...segmenter.segment(title)].length;
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(60);
        expect(title).not.toMatch(/[\n\r\t]/);
      }),
    );
  });
});

describe('plainText', () => {
  it('keeps signs that are no markup', () => {
    expect(plainText('2 * 3 < 7 and snake_case - ok')).toBe('2 * 3 < 7 and snake_case - ok');
  });

  it('takes list marks, quotes, emphasis and tags off', () => {
    expect(plainText('- *one*\n> __two__\n1. <b>three</b>')).toBe('one two three');
  });
});
