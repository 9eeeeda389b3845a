import type { CodeKind, CodeSpan } from './highlight-messages.ts';

const KINDS: Readonly<Record<string, CodeKind>> = {
  keyword: 'keyword',
  literal: 'number',
  number: 'number',
  symbol: 'number',
  bullet: 'number',
  'selector-pseudo': 'number',
  string: 'string',
  regexp: 'string',
  link: 'string',
  code: 'string',
  'meta-string': 'string',
  title: 'title',
  section: 'title',
  'selector-id': 'title',
  'selector-class': 'title',
  built_in: 'type',
  type: 'type',
  class: 'type',
  doctag: 'type',
  'template-tag': 'type',
  attr: 'attribute',
  attribute: 'attribute',
  property: 'attribute',
  name: 'keyword',
  'selector-tag': 'keyword',
  tag: 'plain',
  variable: 'attribute',
  'template-variable': 'attribute',
  params: 'plain',
  subst: 'plain',
  meta: 'type',
  comment: 'comment',
  quote: 'comment',
  addition: 'addition',
  deletion: 'deletion',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};
const PIECE = /<span class="([^"]*)">|<\/span>|[^<]+/g;

/** Reads highlight.js output, which holds nothing but nested spans and escaped text, into flat spans. */
export function toSpans(html: string): CodeSpan[] {
  const spans: [CodeKind, string][] = [];
  const open: CodeKind[] = [];
  for (const [piece, classes] of html.matchAll(PIECE)) {
    if (classes !== undefined) {
      open.push(kindOf(classes) ?? open.at(-1) ?? 'plain');
    } else if (piece === '</span>') {
      open.pop();
    } else {
      const kind = open.at(-1) ?? 'plain';
      const text = piece.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
      const last = spans.at(-1);
      if (last?.[0] === kind) last[1] += text;
      else spans.push([kind, text]);
    }
  }
  return spans;
}

function kindOf(classes: string): CodeKind | undefined {
  const scope = /^hljs-([\w-]+?)_?(?:\s|$)/.exec(classes)?.[1];
  return scope === undefined ? undefined : KINDS[scope];
}
