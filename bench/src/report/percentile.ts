/** The value below which a share (0 to 1) of the values lie; `undefined` for none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Rounded for people: whole above 100, else with the decimals given. */
export function rounded(value: number, decimals = 1): number {
  const factor = 10 ** (Math.abs(value) >= 100 ? 0 : decimals);
  return Math.round(value * factor) / factor;
}
