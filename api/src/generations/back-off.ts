/** Milliseconds. */
const shortest = 50;
const longest = 2_000;

/** Milliseconds to wait after so many failures in a row, from 1: doubling up to two seconds, never in step with others. */
export function backOff(failures: number): number {
  return Math.min(longest, shortest * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}
