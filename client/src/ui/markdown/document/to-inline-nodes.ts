import type { MarkedToken, Token, Tokens } from 'marked';
import { PENDING_DESTINATION } from './complete-inline.ts';
import { decodeReferences } from './decode-references.ts';
import { isMarkedToken } from './marked-token.ts';
import type { InlineNode } from './nodes.ts';
import { localImage, safeLink } from './safe-url.ts';

/** Deeper than anybody writes. */
const MAX_DEPTH = 30;

/** Turns inline tokens into nodes. Links and pictures whose address is not allowed become their text. */
export function toInlineNodes(tokens: readonly Token[]): InlineNode[] {
  return toNodes(tokens, 0);
}

/** The text a reader would hear: used for alternative texts. */
export function textOf(nodes: readonly InlineNode[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return textOf(node.children);
      if ('text' in node) return node.text;
      if (node.type === 'image') return node.alt;
      return node.type === 'break' ? ' ' : '';
    })
    .join('');
}

function toNodes(tokens: readonly Token[], depth: number): InlineNode[] {
  return joinTexts(tokens.flatMap((token) => toNode(token, depth)));
}

function toNode(token: Token, depth: number): InlineNode | InlineNode[] {
  if (depth > MAX_DEPTH) return { type: 'text', text: token.raw };
  return isMarkedToken(token) ? toMarkedNode(token, depth + 1) : toExtensionNode(token);
}

function toMarkedNode(token: MarkedToken, depth: number): InlineNode | InlineNode[] {
  switch (token.type) {
    case 'text':
      return token.tokens ? toNodes(token.tokens, depth) : { type: 'text', text: decodeReferences(token.text) };
    case 'escape':
      return { type: 'text', text: token.text };
    case 'strong':
      return { type: 'strong', children: toNodes(token.tokens, depth) };
    case 'em':
      return { type: 'emphasis', children: toNodes(token.tokens, depth) };
    case 'del':
      return { type: 'strike', children: toNodes(token.tokens, depth) };
    case 'codespan':
      return { type: 'code', text: token.text };
    case 'br':
      return { type: 'break' };
    case 'link':
      return toLink(token, depth);
    case 'image':
      return toImage(token, depth);
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? { type: 'break' } : { type: 'text', text: token.raw };
    case 'checkbox':
      return [];
    default:
      return { type: 'text', text: token.raw };
  }
}

function toExtensionNode(token: Tokens.Generic): InlineNode {
  if (token.type === 'inlineMath' && typeof token['text'] === 'string') {
    return { type: 'math', text: token['text'], display: token['display'] === true };
  }
  if (token.type === 'footnoteReference' && typeof token['label'] === 'string') {
    return { type: 'footnote-reference', label: token['label'] };
  }
  return { type: 'text', text: token.raw };
}

function toLink(token: Tokens.Link, depth: number): InlineNode | InlineNode[] {
  const children: InlineNode[] = token.autolink
    ? [{ type: 'text', text: token.text }]
    : withoutLinks(toNodes(token.tokens, depth));
  if (token.href === PENDING_DESTINATION) return { type: 'pending-link', children };
  const link = safeLink(token.autolink ? token.href : decodeReferences(token.href));
  return link ? { type: 'link', ...link, title: decodeReferences(token.title ?? ''), children } : children;
}

function toImage(token: Tokens.Image, depth: number): InlineNode | InlineNode[] {
  const source = decodeReferences(token.href);
  const alt = textOf(toNodes(token.tokens, depth));
  const title = decodeReferences(token.title ?? '');
  const src = localImage(source);
  if (src !== undefined) return { type: 'image', src, alt, title };
  const link = safeLink(source);
  const children: InlineNode[] = [{ type: 'text', text: alt || source }];
  return link ? { type: 'link', ...link, title, children } : children;
}

/** A link holds no link: a picture that became one inside it goes back to being its text. */
function withoutLinks(nodes: readonly InlineNode[]): InlineNode[] {
  return nodes.flatMap((node) => {
    if (node.type === 'link' || node.type === 'pending-link') return withoutLinks(node.children);
    return 'children' in node ? { ...node, children: withoutLinks(node.children) } : node;
  });
}

/** Neighbouring texts become one: how a text was cut into tokens is no part of what it says. */
function joinTexts(nodes: readonly InlineNode[]): InlineNode[] {
  const joined: InlineNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.type === 'text' && last?.type === 'text') {
      joined[joined.length - 1] = { type: 'text', text: last.text + node.text };
    } else if (node.type !== 'text' || node.text) {
      joined.push(node);
    }
  }
  return joined;
}
