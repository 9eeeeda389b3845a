/**
 * Exact one-sided 95 % bounds of a share by Clopper and Pearson: with `wrong` of `total` seen, the true share is above
 * the upper bound in one experiment of twenty at most. Zero of 300 proves no more than "below 1 %".
 */
export function upperErrorBound(wrong: number, total: number): number {
  if (wrong >= total) return 1;
  return solve((share) => chanceOfAtMost(wrong, total, share) > doubt);
}

/** The true share is below it in one experiment of twenty at most. */
export function lowerErrorBound(wrong: number, total: number): number {
  if (wrong === 0) return 0;
  return solve((share) => 1 - chanceOfAtMost(wrong - 1, total, share) < doubt);
}

/** How many right ones in a row it takes to prove that fewer than `share` are wrong. */
export function proofLength(share: number): number {
  return Math.ceil(Math.log(doubt) / Math.log(1 - share));
}

const doubt = 0.05;

/** Where `isBelow` stops to hold between 0 and 1. */
function solve(isBelow: (share: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The binomial distribution, summed in logarithms so that long rows do not vanish. */
function chanceOfAtMost(wrong: number, total: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return 0;
  let term = total * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let count = 1; count <= wrong; count += 1) {
    term += Math.log((total - count + 1) / count) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
