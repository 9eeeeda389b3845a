interface AllowanceOptions {
  /** What may be spent at once. */
  readonly burst: number;
  /** What comes back each second. */
  readonly perSecond: number;
  /** Milliseconds, from any moment on. */
  readonly now: () => number;
}

/** A bucket of tokens: each call spends one and says whether it was there. */
export function createAllowance({ burst, perSecond, now }: AllowanceOptions): () => boolean {
  let left = burst;
  let at = now();
  return () => {
    const time = now();
    left = Math.min(burst, left + ((time - at) / 1000) * perSecond);
    at = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
