import { Lexer, Marked, type Token, Tokenizer, type Tokens } from 'marked';
import { artifactGrammar } from './artifact-grammar.ts';
import { childTokens } from './child-tokens.ts';
import { type Definitions, withDefinitions } from './definitions.ts';
import { footnoteGrammar } from './footnote-grammar.ts';
import { inlinePieces } from './inline-pieces.ts';
import { mathGrammar } from './math-grammar.ts';

const BLANK_LINE = /\n[ \t]*\n/;

const grammar = new Marked({ gfm: true }, mathGrammar, footnoteGrammar, artifactGrammar, {
  tokenizer: {
    /** marked lets a definition's title run across blank lines, which would let one quotation mark eat an answer. */
    def(source) {
      if (!/^ {0,3}\[/.test(source)) return false;
      const end = BLANK_LINE.exec(source)?.index ?? source.length;
      return Tokenizer.prototype.def.call(this, source.slice(0, end));
    },
    /**
     * marked 18.2 reads a list that ends a quotation once more with the line after it, and throws where that is no list
     * (such as `* |---|---|`, a quotation of `2)` below it, then `**`). The quotation is a paragraph then.
     */
    blockquote(source) {
      const { top } = this.lexer.state;
      try {
        return Tokenizer.prototype.blockquote.call(this, source);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        this.lexer.state.top = top;
        return undefined;
      }
    },
  },
});

export interface LexedBlock {
  /** Exact source, trailing blank lines included: the raws of all blocks add up to the source. */
  readonly raw: string;
  readonly token: Token;
}

export interface LexedSource {
  readonly blocks: readonly LexedBlock[];
  /** Those given and those found. */
  readonly definitions: Definitions;
  /** Lexes the text inside a block's token in place; blocks come without it, since not all of them need it. */
  readonly fillInline: (token: Token) => void;
}

/** Splits `source`, with `\n` line ends, into its top-level blocks. */
export function lex(source: string, known: Definitions): LexedSource {
  return survivingDepth(
    () => lexTokens(source, known),
    () => ({ blocks: [{ raw: source, token: asText(source) }], definitions: known, fillInline: () => undefined }),
  );
}

function lexTokens(source: string, known: Definitions): LexedSource {
  const lexer = new Lexer(grammar.defaults);
  const tokens = lexer.blockTokens(source, lexer.tokens);
  const definitions = withDefinitions(known, tokens);
  lexer.tokens.links = definitions;
  const pending = new Map(lexer.inlineQueue.map((run) => [run.tokens, run.src]));

  function fillInline(token: Token): void {
    for (const children of childTokens(token)) {
      const text = pending.get(children);
      if (text !== undefined && children.every((child) => child.type === 'checkbox')) {
        survivingDepth(
          () => {
            for (const piece of inlinePieces(text)) {
              // Unclosed raw HTML in one run must not change how the next one reads.
              Object.assign(lexer.state, { inLink: false, inRawBlock: false, linkEmitted: false });
              if (piece.isPlain) children.push(asText(piece.text));
              else lexer.inlineTokens(piece.text, children);
            }
          },
          () => children.splice(0, children.length, asText(text)),
        );
      } else {
        for (const child of children) fillInline(child);
      }
    }
  }

  return { blocks: joinSpaces(tokens), definitions, fillInline };
}

/** marked recurses, so text that nests thousands of levels deep exhausts the stack: it is shown as it is written. */
function survivingDepth<T>(read: () => T, showSource: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isStackExhausted(error)) return showSource();
    throw error;
  }
}

/** Firefox has an error of its own for this. */
function isStackExhausted(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'InternalError');
}

function asText(source: string): Tokens.Text {
  return { type: 'text', raw: source, text: source };
}

function joinSpaces(tokens: readonly Token[]): LexedBlock[] {
  const blocks: { raw: string; token: Token }[] = [];
  for (const token of tokens) {
    const last = blocks.at(-1);
    if (token.type === 'space' && last) last.raw += token.raw;
    else blocks.push({ raw: token.raw, token });
  }
  return blocks;
}
