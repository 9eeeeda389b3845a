/** What an append tells the other processes, in Redis' own words: see `appendScript`. */
export interface NewsMessage {
  readonly incarnation: string;
  /** Number of entries before these. */
  readonly after: number;
  readonly entries: readonly string[];
  readonly closed: boolean;
}

const pattern = /^\S+ ([0-9a-f]{8}) (\d+) (\d+) ([01])\n/;
const separator = '\u001E';

/** Reads a message; `changed` for one that does not say what is new, because that is much or something else happened. */
export function parseNews(message: string): NewsMessage | 'changed' {
  const [header, incarnation, after, count, closed] = pattern.exec(message) ?? [];
  if (header === undefined || incarnation === undefined) return 'changed';
  const text = message.slice(header.length);
  const entries = count === '0' ? [] : count === '1' ? [text] : text.split(separator);
  // Bytes may hold the separator themselves; JSON never does.
  if (entries.length !== Number(count)) return 'changed';
  return { incarnation, after: Number(after), entries, closed: closed === '1' };
}
