/** Characters that the stream of news may hold, about, and bounds to its entries. */
const most = 64_000_000;
const [shortest, longest] = [30, 10_000];

/**
 * How many entries the stream keeps when one of `size` characters is added. What a connection missed is found in it for
 * as long as it lasts; a long draft or a long queue, told again and again, must not fill Redis.
 */
export function streamLengthFor(size: number): number {
  return Math.min(longest, Math.max(shortest, Math.floor(most / Math.max(1, size))));
}
