import type { MarkedExtension, TokenizerAndRendererExtension } from 'marked';

// Lengths are bounded: thousands of openers must not each search the whole text for a closer.
const BLOCK_DOLLARS = /^ {0,3}\$\$((?:[^$\\]|\\[\s\S]|\$(?!\$)){1,4000}?)\$\$[ \t]*(?:\n|$)/;
const BLOCK_BRACKETS = /^ {0,3}\\\[((?:[^\\]|\\[^\]]){1,4000}?)\\\][ \t]*(?:\n|$)/;
const BLANK_LINE = /\n[ \t]*\n/;
/** Where the paragraph ends, which is before a formula or at a blank line. */
const PARAGRAPH_END = /\n(?:[ \t]*\n| {0,3}(\$\$|\\\[))/;

const INLINE_DISPLAY = /^\$\$((?:[^$\\\n]|\\[^\n]){1,1000})\$\$(?!\$)/;
const INLINE_DOLLAR = /^\$(?![\s$])((?:[^$\\\n]|\\[^\n]){0,1000}?(?:[^$\\\s]|\\[^\n]))\$(?![\d$])/;
const INLINE_PARENS = /^\\\(((?:[^\\\n]|\\[^)\n]){1,1000}?)\\\)/;
const INLINE_BRACKETS = /^\\\[((?:[^\\\n]|\\[^\]\n]){1,1000}?)\\\]/;

/** `$5 or 10$`: an amount and words, with nothing in it that only mathematics would write. */
const PROSE_WITH_AMOUNTS = /^\d[^\\^_={}+*/<>|]*\s[^\\^_={}+*/<>|]*$/;

/** A formula at the start of `source`, or undefined. `previous` is the character before it. */
export function readInlineMath(source: string, previous: string) {
  const display = INLINE_DISPLAY.exec(source) ?? INLINE_BRACKETS.exec(source);
  if (display?.[1]?.trim()) return { raw: display[0], text: display[1].trim(), display: true };
  const parens = INLINE_PARENS.exec(source);
  if (parens?.[1]?.trim()) return { raw: parens[0], text: parens[1].trim(), display: false };
  // Currency stands after letters (US$5) or is a bare number; `\$` has been consumed before we are asked.
  if (/[\w$]/.test(previous)) return undefined;
  const dollar = INLINE_DOLLAR.exec(source);
  if (!dollar?.[1] || PROSE_WITH_AMOUNTS.test(dollar[1])) return undefined;
  return { raw: dollar[0], text: dollar[1], display: false };
}

const blockMath: TokenizerAndRendererExtension = {
  name: 'blockMath',
  level: 'block',
  start(source) {
    const end = PARAGRAPH_END.exec(source);
    return end?.[1] ? end.index + 1 : undefined;
  },
  tokenizer(source) {
    const match = BLOCK_DOLLARS.exec(source) ?? BLOCK_BRACKETS.exec(source);
    // A blank line always ends a formula, so that an unclosed one cannot swallow what follows.
    if (!match?.[1]?.trim() || BLANK_LINE.test(match[1])) return undefined;
    return { type: 'blockMath', raw: match[0], text: match[1].trim() };
  },
};

const inlineMath: TokenizerAndRendererExtension = {
  name: 'inlineMath',
  level: 'inline',
  start(source) {
    const index = source.search(/\$|\\[([]/);
    return index < 0 ? undefined : index;
  },
  tokenizer(source, tokens) {
    if (source[0] !== '$' && source[0] !== '\\') return undefined;
    const math = readInlineMath(source, tokens.at(-1)?.raw.at(-1) ?? '');
    return math && { type: 'inlineMath', ...math };
  },
};

/** Keeps `*` and `_` inside formulas from opening or closing emphasis. The mask must keep every length. */
function maskMath(source: string): string {
  if (!source.includes('$') && !source.includes('\\')) return source;
  let masked = '';
  let index = 0;
  while (index < source.length) {
    const character = source[index] ?? '';
    const math =
      character === '$' || character === '\\'
        ? readInlineMath(source.slice(index), source[index - 1] ?? '')
        : undefined;
    masked += math ? 'a'.repeat(math.raw.length) : character;
    index += math ? math.raw.length : 1;
  }
  return masked;
}

/**
 * Formulas for marked: `$…$`, `$$…$$`, `\(…\)` and `\[…\]` as tokens `inlineMath` (`text`, `display`) and `blockMath`
 * (`text`). Amounts of money stay text.
 */
export const mathGrammar: MarkedExtension = {
  extensions: [blockMath, inlineMath],
  hooks: { emStrongMask: maskMath },
};
