/** Where a gateway's command line keeps recordings. */
export type RecordingsPlace =
  | { readonly kind: 'off' | 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'redis'; readonly url: string };

/** Reads `memory`, `off`, `sqlite:PATH` or a `redis:` or `rediss:` URL; undefined for anything else. */
export function readRecordingsPlace(text: string): RecordingsPlace | undefined {
  if (text === 'off' || text === 'memory') return { kind: text };
  const [, path] = /^sqlite:(.+)$/s.exec(text) ?? [];
  if (path !== undefined) return { kind: 'sqlite', path };
  return /^rediss?:\/\/./.test(text) && URL.canParse(text) ? { kind: 'redis', url: text } : undefined;
}
