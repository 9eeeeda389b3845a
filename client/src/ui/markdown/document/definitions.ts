import type { Links, Token } from 'marked';
import { childTokens } from './child-tokens.ts';

/** Targets of reference links by normalised label. Treated as immutable; the first definition of a label wins. */
export type Definitions = Readonly<Links>;

/** No definitions. Maps have no prototype: `[constructor]` is not a link. */
export const noDefinitions: Definitions = Object.create(null);

const LABEL = /\[((?:\\.|[^[\]\\])+)\]/g;

/** `known` and the definitions found in `tokens`; `known` itself when there are none. */
export function withDefinitions(known: Definitions, tokens: readonly Token[]): Definitions {
  const found: Links = {};
  collect(tokens, found);
  return Object.keys(found).some((label) => !Object.hasOwn(known, label))
    ? Object.assign(Object.create(null), found, known)
    : known;
}

/** Whether a block with this source could read differently under `next` than it did under `previous`. */
export function isAffected(raw: string, previous: Definitions, next: Definitions): boolean {
  if (previous === next || !raw.includes('[')) return false;
  return Array.from(raw.matchAll(LABEL)).some(([, label = '']) => {
    const key = normalizeLabel(label);
    const before = lookUp(previous, key);
    const after = lookUp(next, key);
    return before?.href !== after?.href || before?.title !== after?.title;
  });
}

function lookUp(definitions: Definitions, key: string) {
  return Object.hasOwn(definitions, key) ? definitions[key] : undefined;
}

/** The fold marked applies to labels, so that our keys meet its own. */
function normalizeLabel(label: string): string {
  return label.trim().replaceAll(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();
}

function collect(tokens: readonly Token[], found: Links): void {
  for (const token of tokens) {
    if (token.type === 'def' && 'tag' in token && !Object.hasOwn(found, token.tag)) {
      found[token.tag] = { href: token.href, title: token.title };
    }
    for (const children of childTokens(token)) collect(children, found);
  }
}
