import { firstWords } from './first-words.ts';
import type { TreeRow } from './tree-rows.ts';

/** What a key does in a tree: another row becomes the active one, or the branches of the active one open or close. */
export type TreeStep = { readonly to: number } | { readonly toggle: number } | undefined;

/** What a key means at a row, by the WAI-ARIA pattern for trees; `isMirrored` where the page reads from right to left. */
export function stepOf(key: string, active: number, rows: readonly TreeRow[], isMirrored: boolean): TreeStep {
  const row = rows[active];
  if (!row) return undefined;
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, active + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, active - 1) };
    case 'PageDown':
      return { to: Math.min(last, active + 10) };
    case 'PageUp':
      return { to: Math.max(0, active - 10) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case isMirrored ? 'ArrowLeft' : 'ArrowRight':
      if (row.branches === 0) return undefined;
      return row.isClosed ? { toggle: active } : { to: active + 1 };
    case isMirrored ? 'ArrowRight' : 'ArrowLeft':
      if (row.branches > 0 && !row.isClosed) return { toggle: active };
      return row.branchOf === undefined ? undefined : { to: row.branchOf };
    default:
      return undefined;
  }
}

/** The next row whose words begin with what was typed, from the active one on and round again. */
export function findTyped(typed: string, active: number, rows: readonly TreeRow[]): number | undefined {
  const wanted = typed.toLocaleLowerCase();
  // The same letter again and again walks through all that begin with it.
  const isRepeated = wanted.length > 1 && wanted === wanted.charAt(0).repeat(wanted.length);
  const start = isRepeated ? wanted.slice(0, 1) : wanted;
  const first = start.length === 1 ? 1 : 0;
  for (let offset = first; offset < rows.length + first; offset += 1) {
    const index = (active + offset) % rows.length;
    const row = rows[index];
    if (row && firstWords(row.message).toLocaleLowerCase().startsWith(start)) return index;
  }
  return undefined;
}
