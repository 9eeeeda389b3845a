import type { LexedBlock } from './lex.ts';

const OPENING = /^ {0,3}(?:\$\$|\\\[)/;

/** Index of the block where a displayed formula begins whose end has not come, or the number of blocks. */
export function pendingMathStart(blocks: readonly LexedBlock[]): number {
  const rest = blocks.map(({ raw }) => raw);
  const start = rest.findIndex((raw, index) => OPENING.test(raw) && mayContinue(rest.slice(index).join('')));
  return start < 0 || blocks[start]?.token.type === 'blockMath' ? blocks.length : start;
}

/** A blank line ends a formula, as does its closing delimiter, after which other text has followed. */
function mayContinue(source: string): boolean {
  const closing = source.trimStart().startsWith('$$') ? '$$' : '\\]';
  return !/\n[ \t]*\n/.test(source) && !source.trimStart().slice(2).includes(closing);
}
