import { describe, expect, it } from 'vitest';
import { printedTail, printedText } from './printed-text.ts';

describe('what a program printed', () => {
  it.each([
    ['plain\ntext\n', 'plain\ntext\n'],
    ['\u{1B}[1;31mred\u{1B}[0m and \u{1B}]0;title\u{7}more', 'red and more'],
    ['\u{1B}]8;;https://evil.example\u{1B}\\link\u{1B}]8;;\u{1B}\\', 'link'],
    ['10 %\r50 %\r100 %\ndone', '100 %\ndone'],
    ['10 %\r50 %\r', '50 %'],
    ['a\r\nb\r\n', 'a\nb\n'],
    ['<b>\u{0}\u{FFFD}</b>', '<b>\u{0}\u{FFFD}</b>'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printedText(text)).toBe(shown);
  });

  it('is shown from the beginning of a line near its end while there is much of it', () => {
    const { text, isCut } = printedTail('a line\n'.repeat(10_000));
    expect(isCut).toBe(true);
    expect(text.length).toBeLessThan(20_001);
    expect(text.startsWith('a line\n')).toBe(true);
    expect(printedTail('short')).toEqual({ text: 'short', isCut: false });
  });
});
