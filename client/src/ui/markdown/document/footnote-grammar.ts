import type { MarkedExtension, TokenizerAndRendererExtension } from 'marked';

const REFERENCE = /^\[\^([\w-]{1,32})\](:?)/;
const DEFINITION =
  /^ {0,3}\[\^([\w-]{1,32})\]:[ \t]+([^\n]+(?:\n(?![ \t]*\n| {0,3}\[\^[\w-]{1,32}\]:)[^\n]+)*)(?:\n|$)/;

const footnote: TokenizerAndRendererExtension = {
  name: 'footnote',
  level: 'block',
  tokenizer(source) {
    const match = DEFINITION.exec(source);
    if (!match?.[1] || !match[2]) return undefined;
    return { type: 'footnote', raw: match[0], label: match[1], tokens: this.lexer.inline(match[2]) };
  },
};

const footnoteReference: TokenizerAndRendererExtension = {
  name: 'footnoteReference',
  level: 'inline',
  start(source) {
    const index = source.indexOf('[^');
    return index < 0 ? undefined : index;
  },
  tokenizer(source, before) {
    const match = REFERENCE.exec(source);
    if (!match?.[1]) return undefined;
    // With a colon, at the start of a line, it is a definition that is not complete.
    if (match[2] && (before.at(-1)?.raw.endsWith('\n') ?? true)) return undefined;
    return { type: 'footnoteReference', raw: `[^${match[1]}]`, label: match[1] };
  },
};

/** Footnotes for marked: tokens `footnoteReference` (`label`) and `footnote` (`label`, inline `tokens`). */
export const footnoteGrammar: MarkedExtension = { extensions: [footnote, footnoteReference] };
