import type { ArtifactNode, CodeNode } from '../../../ui/markdown/document/nodes.ts';
import { type ArtifactKind, kindOfType, kindOfWord, typeOfKind } from './artifact-kind.ts';

/** What a model wrote to be shown by itself. */
export interface ArtifactSource {
  readonly kind: ArtifactKind;
  /** What it is called; empty when nobody said. */
  readonly title: string;
  /** The same in later answers means a later version. */
  readonly identifier: string;
  /** Whether that name only means something within its message, because nobody gave one. */
  readonly isUnnamed: boolean;
  /** Whether a person changed it. */
  readonly isEdited: boolean;
  readonly text: string;
  /** False while it may still grow. */
  readonly closed: boolean;
}

/** How code stands in an answer: as a card, as code with a button that shows it, or as nothing but code. */
export type ArtifactShape = 'card' | 'tall-card' | 'button' | 'none';

/** Lines from which on code becomes a card, without its author having asked for one. */
export const tallLines = 15;

/** Names that say nothing about what a component is. */
const anyComponent = /^(?:App|Component|Default|Example|Main|Page|Root|Demo)$/;
const page = /^\s*(?:<!--[^]{0,500}?-->\s*)?<(?:!doctype|html)\b/i;
const picture = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]{0,500}?-->\s*)?<svg\b/i;
const componentName = /export\s+default\s+(?:async\s+)?(?:function|class)\s+([A-Z]\w*)|export\s+default\s+([A-Z]\w*)/;
const component =
  /^\s*(?:export\s+(?:default\s+)?)?(?:function\s+[A-Z]|(?:const|let)\s+[A-Z]\w*\s*[=:]|class\s+[A-Z])/m;

/** The artifact that a directive or a fenced block is; undefined for code that is none. */
export function readArtifact(node: ArtifactNode | CodeNode): ArtifactSource | undefined {
  if (node.type === 'code') return readFence(node);
  const attribute = attributesOf(node.attributes);
  const { word, text } = unwrap(node);
  const type = attribute('type');
  const kind = type === '' ? (kindOfWord(word) ?? 'code') : kindOfType(type);
  return named(kind, text, node.closed, attribute);
}

function readFence({ language, info = '', text, closed }: CodeNode): ArtifactSource | undefined {
  const kind = picture.test(text) && /^xml$/i.test(language) ? 'svg' : kindOfWord(language);
  return kind && named(kind, text, closed, attributesOf(info));
}

/** How a fenced block stands in its answer. */
export function shapeOf({ language, info = '', text, closed }: CodeNode): ArtifactShape {
  const kind = kindOfWord(language) ?? (/^xml$/i.test(language) && picture.test(text) ? 'svg' : undefined);
  if (kind === undefined) return 'none';
  if (isMarked(info) || language.toLowerCase() === 'react' || (kind === 'html' && page.test(text))) return 'card';
  if (kind === 'markdown' || kind === 'mermaid') return 'none';
  if ((kind === 'react' && !component.test(text)) || (kind === 'svg' && !picture.test(text))) return 'none';
  if (countLines(text) >= tallLines) return 'tall-card';
  return closed ? 'button' : 'none';
}

/** Lines of a text, an empty one at its end not counted. */
export function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count += 1;
  return count;
}

/** The directive that holds this text as a version that a person wrote. */
export function toDirective({ kind, title, identifier }: ArtifactSource, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([marks]) => marks.length));
  const fence = '`'.repeat(longest + 1);
  const attributes = [
    ['identifier', identifier],
    ['type', typeOfKind(kind)],
    ['title', title],
    ['edited', 'true'],
  ].map(([name = '', value = '']) => `${name}="${value.replaceAll(/["\n\r]/g, ' ')}"`);
  return `:::artifact{${attributes.join(' ')}}\n${fence}\n${text.trimEnd()}\n${fence}\n:::`;
}

function named(kind: ArtifactKind, text: string, closed: boolean, attribute: (name: string) => string): ArtifactSource {
  const given = attribute('identifier') || attribute('id');
  const title = attribute('title') || titleOf(kind, text);
  const own = title === '' || anyComponent.test(title) ? '' : `${kind}:${slug(title)}`;
  return {
    kind,
    title,
    identifier: given || own || `${kind}:${slug(firstLine(text))}`,
    isUnnamed: given === '' && own === '',
    isEdited: attribute('edited') === 'true',
    text,
    closed,
  };
}

function titleOf(kind: ArtifactKind, text: string): string {
  const patterns = {
    html: /<title[^>]*>([^<]{1,200})/i,
    svg: /<title[^>]*>([^<]{1,200})/i,
    markdown: /^#{1,2}\s+(.{1,200})$/m,
  };
  if (kind === 'react') {
    const [, declared, mentioned] = componentName.exec(text) ?? [];
    return declared ?? mentioned ?? '';
  }
  return kind === 'mermaid' || kind === 'code' ? '' : (patterns[kind].exec(text)?.[1]?.trim() ?? '');
}

function isMarked(info: string): boolean {
  return /(?:^|\s)artifact(?:\s|$)|\b(?:title|identifier|id)="/.test(info);
}

/** Reads `name="value"` pairs; empty for what is not there. */
function attributesOf(source: string): (name: string) => string {
  const pairs = new Map(
    Array.from(source.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g), ([, name = '', double, single]) => [
      name.toLowerCase(),
      (double ?? single ?? '').trim().slice(0, 200),
    ]),
  );
  return (name) => pairs.get(name) ?? '';
}

/** What is in the fence that models put around an artifact, without the beginning of its end. */
function unwrap({ body, closed }: ArtifactNode): { readonly word: string; readonly text: string } {
  const opening = /^\s*(`{3,}|~{3,})[ \t]*(\S*)[^\n]*(?:\n|$)/.exec(body);
  const content = opening ? body.slice(opening[0].length) : body;
  const trimmed = content.trimEnd();
  const start = trimmed.lastIndexOf('\n') + 1;
  const last = trimmed.slice(start).trim();
  const isEnd = opening ? /^(?:`+|~+)$/.test(last) : !closed && /^:+$/.test(last);
  return { word: opening?.[2] ?? '', text: isEnd ? trimmed.slice(0, Math.max(0, start - 1)) : trimmed };
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? '';
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replaceAll(/^-|-$/g, '');
}
