const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `500ms`, `30s`, `5m`, `6h`, `1d` or a number of milliseconds; undefined for anything else. */
export function readDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
  const [, amount = '', unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(value.trim()) ?? [];
  const factor = units[unit];
  return amount === '' || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}
