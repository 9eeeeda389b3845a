import { expect, test } from 'vitest';
import { emptyDocument, settleDocument } from '../document/markdown-document.ts';
import { toCsv, toTsv } from './table-text.ts';

function tableOf(text: string) {
  const node = settleDocument(emptyDocument, text).blocks[0]?.nodes[0];
  if (node?.type !== 'table') throw new Error('There is no table');
  return node;
}

test('cells are plain text, quoted where they must be', () => {
  const table = tableOf('| Name | Says |\n|---|---|\n| **Ada** | "a, b" |\n| `x` | [link](https://example.com) |');
  expect(toCsv(table)).toBe('Name,Says\r\nAda,"""a, b"""\r\nx,link');
  expect(toTsv(table)).toBe('Name\tSays\nAda\t"a, b"\nx\tlink');
});

test('what a spreadsheet would calculate stays text, numbers stay numbers', () => {
  const table = tableOf('| a | b | c | d |\n|---|---|---|---|\n| =1+1 | -5 | +x | @sum |\n| - | -1.5% | - one | 3 |');
  expect(toTsv(table)).toBe("a\tb\tc\td\n'=1+1\t-5\t'+x\t'@sum\n-\t-1.5%\t'- one\t3");
});
