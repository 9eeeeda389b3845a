const firstMs = 250;
const longestMs = 10_000;

/** Milliseconds to wait after the given number of failures in a row: full jitter under a doubling ceiling of 10 s. */
export function backOff(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
}
