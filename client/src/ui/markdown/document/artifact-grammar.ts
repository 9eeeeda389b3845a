import type { MarkedExtension, TokenizerAndRendererExtension } from 'marked';

const OPENING = /^ {0,3}:::artifact\{([^\n]*)\}[ \t]*(?:\n|$)/;
const FENCE = /^ {0,3}(`{3,}|~{3,})([^\n]*)(?:\n|$)/gm;
const CLOSING = /^ {0,3}:::[ \t]*(?:\n|$)/m;
const CLOSING_NEXT = /^(?:[ \t]*\n)* {0,3}:::[ \t]*(?:\n|$)/;
/** Where the paragraph ends, which is before an artifact or at a blank line. */
const PARAGRAPH_END = /\n(?:[ \t]*\n| {0,3}(:::artifact\{))/;

const artifact: TokenizerAndRendererExtension = {
  name: 'artifact',
  level: 'block',
  start(source) {
    const end = PARAGRAPH_END.exec(source);
    return end?.[1] ? end.index + 1 : undefined;
  },
  tokenizer(source) {
    const opening = OPENING.exec(source);
    if (!opening) return undefined;
    const rest = source.slice(opening[0].length);
    const end = endOfBody(rest);
    const raw = opening[0] + (end ? rest.slice(0, end.after) : rest);
    return { type: 'artifact', raw, attributes: opening[1], body: rest.slice(0, end?.before), isClosed: !!end };
  },
};

/**
 * What LibreChat's models write, for marked: `:::artifact{identifier="…" type="…" title="…"}`, usually a fence, `:::`.
 * Tokens `artifact` with the `attributes` as written, the `body`, and whether its end has come.
 */
export const artifactGrammar: MarkedExtension = { extensions: [artifact] };

interface Ending {
  readonly before: number;
  readonly after: number;
}

/** Where the body ends, and where its closing line does; a model that closed its fence and forgot the colons is done. */
function endOfBody(rest: string): Ending | undefined {
  if (/^\s*(?:`{3}|~{3})/.test(rest)) {
    const before = endOfFence(rest);
    return before === undefined
      ? undefined
      : { before, after: before + (CLOSING_NEXT.exec(rest.slice(before))?.[0].length ?? 0) };
  }
  const closing = CLOSING.exec(rest);
  return closing ? { before: closing.index, after: closing.index + closing[0].length } : undefined;
}

/** A fence inside, which Markdown may have, begins with a word and ends like the one around it. */
function endOfFence(rest: string): number | undefined {
  let depth = 0;
  let fence = '';
  for (const { 0: line, 1: marks = '', 2: info = '', index } of rest.matchAll(FENCE)) {
    if (fence === '') fence = marks;
    if (!marks.startsWith(fence)) continue;
    depth += info.trim() === '' && depth > 0 ? -1 : 1;
    if (depth === 0) return index + line.length;
  }
  return undefined;
}
