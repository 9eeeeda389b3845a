import type { NewEvent } from '@parley/contracts';

/** UTF-16 units of one delta, also of one that was merged of many. */
export const longestDelta = 32_768;

/** Adds an event to those that wait for their append; a delta that goes on where the newest one ended joins it. */
export function addMerging(waiting: NewEvent[], event: NewEvent): void {
  const newest = waiting.at(-1);
  const merged = newest === undefined ? undefined : merge(newest, event);
  if (merged === undefined) waiting.push(event);
  else waiting[waiting.length - 1] = merged;
}

function merge(earlier: NewEvent, later: NewEvent): NewEvent | undefined {
  switch (later.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'tool-input-delta': {
      if (earlier.type !== later.type || earlier.part !== later.part || earlier.step !== later.step) return undefined;
      if (pathOf(earlier) !== pathOf(later)) return undefined;
      if (earlier.start + earlier.text.length !== later.start) return undefined;
      if (earlier.text.length + later.text.length > longestDelta) return undefined;
      return { ...earlier, text: earlier.text + later.text };
    }
    default:
      return undefined;
  }
}

/** The calls that an event is inside of. */
function pathOf({ within = [] }: NewEvent): string {
  return within.join('\n');
}
