/** One leaf of an English catalog. */
export interface EnglishMessage {
  /** Its path, such as `list.chats`. */
  readonly id: string;
  /** The words, or the source of the function that writes them. */
  readonly words: string;
  /** How many arguments it takes; a message may use `{0}` up to one less. */
  readonly arguments: number;
}

/** Every leaf of an English catalog, in its order; without the catalogs that are parts of it. */
export function englishMessages(catalog: object, parts: readonly unknown[] = []): EnglishMessage[] {
  return Object.entries(catalog).flatMap(([key, value]: [string, unknown]) => {
    if (parts.includes(value)) return [];
    if (typeof value === 'object' && value !== null) {
      return englishMessages(value, parts).map((message) => ({ ...message, id: `${key}.${message.id}` }));
    }
    if (typeof value === 'function') return [{ id: key, words: sourceOf(value), arguments: value.length }];
    return [{ id: key, words: String(value), arguments: 0 }];
  });
}

function sourceOf(value: unknown): string {
  // Node blanks types out when it runs TypeScript.
  return String(value)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[,)])/g, '');
}
