import { foldText } from '@parley/contracts';
import type { PaletteEntry } from './palette-entry.ts';

/** How well an entry fits, lower is better: the same, a beginning, beginnings of words, parts, letters in order. */
export function fitOf(label: string, keywords: string, query: string): number | undefined {
  const wanted = foldText(query.trim());
  const name = foldText(label);
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  const words = wanted.split(/\s+/);
  const all = `${name} ${foldText(keywords)}`;
  const starts = all.split(/[^\p{L}\p{N}]+/u);
  if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 2;
  if (words.every((word) => all.includes(word))) return 3;
  return wanted.length > 2 && hasInOrder(name, wanted.replace(/\s+/g, '')) ? 4 : undefined;
}

/** Entries that fit, the best first and among equals those used lately; of the server's all, in its order. */
export function rankEntries(
  entries: readonly PaletteEntry[],
  query: string,
  recent: readonly string[],
  most: number,
): PaletteEntry[] {
  const used = (id: string): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  return entries
    .flatMap((entry) => {
      const fit = entry.found === undefined ? fitOf(entry.label, entry.keywords ?? '', query) : 2;
      return fit === undefined ? [] : [{ entry, fit, used: used(entry.id) }];
    })
    .toSorted((left, right) => left.fit - right.fit || left.used - right.used)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function hasInOrder(text: string, letters: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
