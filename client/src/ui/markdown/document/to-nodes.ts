import type { Token, Tokens } from 'marked';
import { decodeReferences } from './decode-references.ts';
import { isFenceClosed } from './fence.ts';
import { isMarkedToken } from './marked-token.ts';
import type { BlockNode, InlineNode, ListItemNode, TaskState } from './nodes.ts';
import { headingLevel, type Outline } from './outline.ts';
import { toInlineNodes } from './to-inline-nodes.ts';

export interface BlockContext {
  /** Headings above, for the level of the next one. */
  readonly outline: Outline;
  /** `open` while text may still be appended, so that an unclosed fence may still grow. */
  readonly state: 'open' | 'settled';
  /** How many lists and quotations are around. */
  readonly depth?: number;
}

/** Deeper than anybody writes; browsers lay out endless nesting slowly. */
const MAX_DEPTH = 30;

/** Turns block tokens, inline text filled in, into the nodes an answer may show. Unknown tokens become their source. */
export function toBlockNodes(tokens: readonly Token[], context: BlockContext): BlockNode[] {
  return tokens.flatMap((token) => toBlockNode(token, context));
}

function toBlockNode(token: Token, context: BlockContext): BlockNode | readonly BlockNode[] {
  if (!isMarkedToken(token)) return toExtensionNode(token, context);
  if ((context.depth ?? 0) > MAX_DEPTH) return { type: 'plain', children: [{ type: 'text', text: token.raw }] };
  switch (token.type) {
    case 'paragraph':
      return splitAtFormulas('paragraph', toInlineNodes(token.tokens));
    case 'text':
      return splitAtFormulas('plain', toInlineNodes(token.tokens ?? [token]));
    case 'heading':
      return {
        type: 'heading',
        level: headingLevel(context.outline, token.depth),
        depth: token.depth,
        children: toInlineNodes(token.tokens),
      };
    case 'code':
      return {
        type: 'code',
        ...toInfo(token.lang ?? ''),
        text: token.text.replace(/\n$/, ''),
        closed: context.state === 'settled' || (token.codeBlockStyle !== 'indented' && isFenceClosed(token.raw)),
      };
    case 'blockquote':
      return { type: 'quote', children: toBlockNodes(token.tokens, insideContainer(context)) };
    case 'list':
      return {
        type: 'list',
        ordered: token.ordered,
        start: token.start === '' ? 1 : token.start,
        items: token.items.map((item) => toListItem(item, insideContainer(context))),
      };
    case 'table':
      return {
        type: 'table',
        align: token.align,
        header: token.header.map((cell) => toInlineNodes(cell.tokens)),
        rows: token.rows.map((row) => row.map((cell) => toInlineNodes(cell.tokens))),
      };
    case 'hr':
      return { type: 'rule' };
    case 'html':
      return /^\s*(?:<br\s*\/?>\s*)+$/i.test(token.text) ? [] : { type: 'html', text: token.text.trimEnd() };
    case 'space':
    case 'def':
    case 'checkbox':
      return [];
    default:
      return { type: 'plain', children: toInlineNodes([token]) };
  }
}

function toInfo(line: string) {
  const [, language = '', info] = /^(\S*)\s*([^]*)/.exec(line) ?? [];
  return { language: decodeReferences(language), ...(info ? { info } : {}) };
}

function toExtensionNode(token: Tokens.Generic, { state }: BlockContext): BlockNode {
  if (token.type === 'artifact' && typeof token['body'] === 'string') {
    const closed = state === 'settled' || token['isClosed'] === true;
    return { type: 'artifact', attributes: String(token['attributes']), body: token['body'], closed };
  }
  if (token.type === 'blockMath' && typeof token['text'] === 'string') return { type: 'math', text: token['text'] };
  if (token.type === 'footnote' && typeof token['label'] === 'string') {
    return { type: 'footnote', label: token['label'], children: toInlineNodes(token.tokens ?? []) };
  }
  return { type: 'plain', children: toInlineNodes([token]) };
}

/** A displayed formula amid a paragraph is a block of its own between two paragraphs. */
function splitAtFormulas(type: 'paragraph' | 'plain', nodes: readonly InlineNode[]): BlockNode[] {
  const index = nodes.findIndex((node) => node.type === 'math' && node.display);
  const formula = nodes[index];
  if (formula?.type !== 'math') return [{ type, children: nodes }];
  const before = trimBlank(nodes.slice(0, index));
  const after = trimBlank(nodes.slice(index + 1));
  return [
    ...(before.length > 0 ? [{ type, children: before }] : []),
    { type: 'math', text: formula.text },
    ...(after.length > 0 ? splitAtFormulas(type, after) : []),
  ];
}

function trimBlank(nodes: readonly InlineNode[]): readonly InlineNode[] {
  return nodes.every((node) => node.type === 'text' && !node.text.trim()) ? [] : nodes;
}

function toListItem(item: Tokens.ListItem, context: BlockContext): ListItemNode {
  return { task: taskState(item), children: toBlockNodes(item.tokens, context) };
}

function taskState(item: Tokens.ListItem): TaskState {
  if (!item.task) return 'none';
  return item.checked ? 'done' : 'open';
}

/** A heading inside a list or quotation is one step below the section it stands in, whatever its marker says. */
function insideContainer(context: BlockContext): BlockContext {
  return { ...context, depth: (context.depth ?? 0) + 1, outline: { depths: context.outline.depths, nested: true } };
}
