const intervalMs = 20_000;
/** 2024-10-09, the protocol's day zero. */
const epochMs = Date.UTC(2024, 9, 9);
/** A collision is answered with a cursor up to an hour ahead. */
const longestJitter = 180;

/**
 * The `Stream-Cursor` of a live answer: the number of the current 20-second interval, or a later one when the reader
 * brought that already, so that no cache between can answer a reader with its own past.
 */
export function nextCursor(previous: string | undefined): string {
  const current = Math.floor((Date.now() - epochMs) / intervalMs);
  const seen = /^[0-9]{1,15}$/.test(previous ?? '') ? Number(previous) : -1;
  return String(seen < current ? current : seen + 1 + Math.floor(Math.random() * longestJitter));
}
