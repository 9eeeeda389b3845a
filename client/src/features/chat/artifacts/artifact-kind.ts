/** What can be shown of what a model wrote; `code` is only shown as it is. */
export type ArtifactKind = 'html' | 'svg' | 'react' | 'markdown' | 'mermaid' | 'code';

/** LibreChat's names, and those of others that its models may have learned. */
const byType = new Map<string, ArtifactKind>([
  ['text/html', 'html'],
  ['application/vnd.code-html', 'html'],
  ['image/svg+xml', 'svg'],
  ['application/vnd.react', 'react'],
  ['application/vnd.ant.react', 'react'],
  ['text/markdown', 'markdown'],
  ['text/md', 'markdown'],
  ['application/vnd.mermaid', 'mermaid'],
  ['application/vnd.ant.mermaid', 'mermaid'],
]);

/** What people write after a fence. */
const byWord = new Map<string, ArtifactKind>([
  ...['html', 'htm', 'xhtml'].map((word) => [word, 'html'] as const),
  ['svg', 'svg'],
  ...['jsx', 'tsx', 'react'].map((word) => [word, 'react'] as const),
  ...['markdown', 'md'].map((word) => [word, 'markdown'] as const),
  ['mermaid', 'mermaid'],
]);

/** The kind that a type of LibreChat's directive means. */
export function kindOfType(type: string): ArtifactKind {
  return byType.get(type.trim().toLowerCase()) ?? 'code';
}

/** The kind that the word after a fence means; undefined for code that is no artifact. */
export function kindOfWord(word: string): ArtifactKind | undefined {
  return byWord.get(word.toLowerCase());
}

/** The type that a directive has for a kind. */
export function typeOfKind(kind: ArtifactKind): string {
  return [...byType].find(([, known]) => known === kind)?.[0] ?? 'text/plain';
}

/** The language of a kind in code blocks, and how its files end. */
export const fileKinds: Readonly<
  Record<ArtifactKind, { readonly word: string; readonly extension: string; readonly mime: string }>
> = {
  html: { word: 'html', extension: 'html', mime: 'text/html' },
  svg: { word: 'svg', extension: 'svg', mime: 'image/svg+xml' },
  react: { word: 'tsx', extension: 'tsx', mime: 'text/plain' },
  markdown: { word: 'markdown', extension: 'md', mime: 'text/markdown' },
  mermaid: { word: 'mermaid', extension: 'mmd', mime: 'text/plain' },
  code: { word: 'text', extension: 'txt', mime: 'text/plain' },
};
