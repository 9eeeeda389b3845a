import { completeBlock } from './complete-block.ts';
import { type Definitions, isAffected, noDefinitions, withDefinitions } from './definitions.ts';
import { lex, type LexedBlock } from './lex.ts';
import type { BlockNode } from './nodes.ts';
import { emptyOutline, type Outline, withHeading } from './outline.ts';
import { pendingMathStart } from './pending-math.ts';
import { toBlockNodes } from './to-nodes.ts';

/** One top-level block. The same object stands for it in every later document, until its content changes. */
export interface MarkdownBlock {
  /** Offset in the text: unique and stable, for use as a React key. */
  readonly key: number;
  readonly nodes: readonly BlockNode[];
  readonly raw: string;
  /** Headings down to and including this block. */
  readonly outline: Outline;
  /** What reference links in it were resolved with. */
  readonly definitions: Definitions;
  /** False while `nodes` show a guess or something that may still grow. */
  readonly settled: boolean;
}

/** Markdown text that may grow, as blocks. Immutable: extending gives a new document that shares settled blocks. */
export interface MarkdownDocument {
  readonly text: string;
  readonly blocks: readonly MarkdownBlock[];
  /** How many blocks at the front are settled for good, and the definitions found in them. */
  readonly settledCount: number;
  readonly settledDefinitions: Definitions;
  /** Source after them, line ends normalised. */
  readonly tail: string;
}

export const emptyDocument: MarkdownDocument = {
  text: '',
  blocks: [],
  settledCount: 0,
  settledDefinitions: noDefinitions,
  tail: '',
};

/** The document of `text`, which may still grow. Cheap when `text` begins with the previous text: only the tail is read. */
export function extendDocument(previous: MarkdownDocument, text: string): MarkdownDocument {
  if (text === previous.text) return previous;
  const base = text.startsWith(previous.text) ? previous : emptyDocument;
  return read(base, text, 'open').document;
}

/** The document of a text that is complete: no guesses are left, and every reference link has found its definition. */
export function settleDocument(previous: MarkdownDocument, text: string): MarkdownDocument {
  const base = text.startsWith(previous.text) ? previous : emptyDocument;
  const { document, definitions } = read(base, text, 'settled');
  return {
    ...document,
    blocks: document.blocks.map((block, index) => resolve(block, document.blocks[index - 1], definitions)),
  };
}

function read(base: MarkdownDocument, text: string, state: 'open' | 'settled') {
  const tail = base.tail + withoutReturns(text.slice(base.text.length), base.text);
  const lexed = lex(tail, base.settledDefinitions);
  const settledBlocks = base.blocks.slice(0, base.settledCount);
  const known = new Map(base.blocks.slice(base.settledCount).map((block) => [block.key, block]));
  const last = settledBlocks.at(-1);
  const start = last ? last.key + last.raw.length : 0;
  const context = { ...lexed, state, known };
  const blocks = readBlocks(context, start, last?.outline ?? emptyOutline);
  // Even a complete text keeps its tail, so that an answer somebody continues is read on from there.
  const settling = lexed.blocks.slice(0, countSettled(lexed.blocks));
  const document: MarkdownDocument = {
    text,
    blocks: [...settledBlocks, ...blocks],
    settledCount: base.settledCount + settling.length,
    settledDefinitions: withDefinitions(
      base.settledDefinitions,
      settling.map(({ token }) => token),
    ),
    tail: tail.slice(settling.reduce((length, { raw }) => length + raw.length, 0)),
  };
  return { document, definitions: lexed.definitions };
}

interface ReadContext {
  readonly blocks: readonly LexedBlock[];
  readonly definitions: Definitions;
  readonly fillInline: (token: LexedBlock['token']) => void;
  readonly state: 'open' | 'settled';
  readonly known: ReadonlyMap<number, MarkdownBlock>;
}

function readBlocks(context: ReadContext, start: number, above: Outline): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const pendingFrom = context.state === 'open' ? pendingMathStart(context.blocks) : context.blocks.length;
  let key = start;
  let outline = above;
  for (const [index, lexed] of context.blocks.entries()) {
    const isLast = context.state === 'open' && index === context.blocks.length - 1;
    const block =
      index < pendingFrom
        ? readBlock(context, lexed, key, outline, isLast ? 'open' : 'settled')
        : pendingBlock(context, index, pendingFrom, key, outline);
    blocks.push(block);
    key += lexed.raw.length;
    outline = block.outline;
  }
  return blocks;
}

function readBlock(
  context: ReadContext,
  lexed: LexedBlock,
  key: number,
  above: Outline,
  state: 'open' | 'settled',
): MarkdownBlock {
  const { definitions } = context;
  const { raw, token } = lexed;
  const outline = token.type === 'heading' && 'depth' in token ? withHeading(above, token.depth) : above;
  const before = context.known.get(key);
  if (state === 'settled' && before && isStillTrue(before, raw, outline, definitions)) return before;
  const shown = state === 'open' ? completeBlock(lexed) : raw;
  const settled = state === 'settled';
  if (shown !== raw) {
    return { key, raw, outline, definitions, settled, nodes: nodesOf(shown, definitions, above, state) };
  }
  context.fillInline(token);
  return { key, raw, outline, definitions, settled, nodes: toBlockNodes([token], { outline: above, state }) };
}

function isStillTrue(block: MarkdownBlock, raw: string, outline: Outline, definitions: Definitions): boolean {
  const sameOutline = block.outline.depths.join() === outline.depths.join();
  return block.settled && block.raw === raw && sameOutline && !isAffected(raw, block.definitions, definitions);
}

/** A formula whose end has not come can look like several blocks: its source is shown once, in place of the first. */
function pendingBlock(
  { blocks, definitions }: ReadContext,
  index: number,
  first: number,
  key: number,
  outline: Outline,
): MarkdownBlock {
  const raws = blocks.map(({ raw }) => raw);
  const text = raws.slice(first).join('').trim();
  const showsSource = index === first && text.length > 2;
  const nodes: BlockNode[] = showsSource ? [{ type: 'pending-math', text }] : [];
  return { key, raw: raws[index] ?? '', outline, definitions, settled: false, nodes };
}

/** Nodes of a block lexed by itself. */
function nodesOf(source: string, definitions: Definitions, outline: Outline, state: 'open' | 'settled'): BlockNode[] {
  const lexed = lex(source, definitions);
  const tokens = lexed.blocks.map(({ token }) => token);
  for (const token of tokens) lexed.fillInline(token);
  return toBlockNodes(tokens, { outline, state });
}

function resolve(block: MarkdownBlock, above: MarkdownBlock | undefined, definitions: Definitions): MarkdownBlock {
  if (!isAffected(block.raw, block.definitions, definitions)) return block;
  const outline = above?.outline ?? emptyOutline;
  return { ...block, definitions, nodes: nodesOf(block.raw, definitions, outline, 'settled') };
}

/**
 * How many of these blocks can no longer change. All but the last two, and of these only as far as a blank line closed
 * them: definitions and formulas may continue over anything else.
 */
function countSettled(blocks: readonly LexedBlock[]): number {
  const candidates = blocks.slice(0, -2);
  return candidates.findLastIndex(({ raw }) => /\n[ \t]*\n[ \t]*$/.test(raw)) + 1;
}

function withoutReturns(addition: string, before: string): string {
  if (!addition.includes('\r') && !before.endsWith('\r')) return addition;
  const rest = before.endsWith('\r') && addition.startsWith('\n') ? addition.slice(1) : addition;
  return rest.replaceAll(/\r\n?/g, '\n');
}
