/** A rank that changes, of the item at that place in the order. */
export interface DealtRank {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Two neighbours closer than this have too little room between them. */
const leastGap = 0.001;

/**
 * New ranks for items in order, where two of them have too little room between them; none where all have enough. After
 * each of the changes, made one by one, the order is still the same, so a process may die between any two.
 */
export function dealRanks(ranks: readonly number[]): DealtRank[] {
  const first = ranks[0];
  const last = ranks.at(-1);
  const isCrowded = ranks.some((rank, index) => index > 0 && rank - (ranks[index - 1] ?? rank) < leastGap);
  if (!isCrowded || first === undefined || last === undefined) return [];
  if (Math.abs(last) <= Math.abs(first)) {
    // Above all others, the last one first.
    const base = Math.ceil(last) + 1;
    return ranks.map((from, index) => ({ index, from, to: base + index })).toReversed();
  }
  const base = Math.floor(first) - ranks.length;
  return ranks.map((from, index) => ({ index, from, to: base + index }));
}
