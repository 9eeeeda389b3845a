import type { Document } from '../bson/document.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import type { IndexSpec } from '../catalogue/entries.ts';
import type { Plan } from './choose-plan.ts';

/** How often an index was read, and since when that is counted, in milliseconds. */
export interface IndexUsage {
  readonly operations: bigint;
  readonly since: number;
}

/**
 * By the specification as stored: that stays the same object until the index is changed, and MongoDB starts to count
 * anew then. Nothing is kept over a restart, as in MongoDB.
 */
const usages = new WeakMap<Document, IndexUsage>();

/** How often an index was read. */
export function usageOf({ document }: IndexSpec): IndexUsage {
  const known = usages.get(document);
  if (known !== undefined) return known;
  const fresh = { operations: 0n, since: Date.now() };
  usages.set(document, fresh);
  return fresh;
}

/** Counts that a command reads the indexes of its plans; explaining a command is no reading. */
export function countUses(view: View, plans: readonly Pick<Plan, 'index'>[]): void {
  if (view.tally !== undefined) return;
  for (const index of new Set(plans.map((plan) => plan.index))) {
    if (index === undefined) continue;
    const { operations, since } = usageOf(index);
    usages.set(index.document, { operations: operations + 1n, since });
  }
}
