import type { InlineNode, TableNode } from '../document/nodes.ts';
import { textOf } from '../document/to-inline-nodes.ts';

/** A table as comma-separated values (RFC 4180). */
export function toCsv(table: TableNode): string {
  return cellsOf(table)
    .map((row) => row.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n');
}

/** A table as spreadsheets take it from the clipboard. */
export function toTsv(table: TableNode): string {
  return cellsOf(table)
    .map((row) => row.map((cell) => cell.replaceAll(/[\t\n\r]+/g, ' ')).join('\t'))
    .join('\n');
}

function cellsOf({ header, rows }: TableNode): string[][] {
  return [header, ...rows].map((row) => row.map((cell) => harmless(textIn(cell))));
}

function textIn(cell: readonly InlineNode[]): string {
  return textOf(cell).trim();
}

/** A spreadsheet would calculate what begins like a formula; a model wrote this. Numbers stay numbers. */
function harmless(text: string): string {
  return /^[=@\t]|^[+-](?![\d.,]+%?$)./.test(text) ? `'${text}` : text;
}
