import { diffLines } from 'diff';

/** A line of two compared texts, or how many lines between two changes are the same. */
export type LineChange =
  | { readonly kind: 'added' | 'removed' | 'same'; readonly text: string }
  | { readonly kind: 'skipped'; readonly count: number };

/** Lines that are the same are shown only so near to a change. */
const nearby = 2;

/** Two texts line by line; long stretches without a change are counted instead of repeated. */
export function lineChanges(before: string, after: string): LineChange[] {
  const parts = diffLines(withEnd(before), withEnd(after));
  return parts.flatMap((part, index): LineChange[] => {
    const lines = part.value.replace(/\n$/, '').split('\n');
    if (part.added || part.removed) {
      return lines.map((text) => ({ kind: part.added ? 'added' : 'removed', text }));
    }
    const head = index === 0 ? 0 : nearby;
    const tail = index === parts.length - 1 ? 0 : nearby;
    const count = lines.length - head - tail;
    if (count <= 1) return lines.map(same);
    return [
      ...lines.slice(0, head).map(same),
      { kind: 'skipped', count },
      ...lines.slice(lines.length - tail).map(same),
    ];
  });
}

function same(text: string): LineChange {
  return { kind: 'same', text };
}

/** Whether the last line ends is of no matter to a reader. */
function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
