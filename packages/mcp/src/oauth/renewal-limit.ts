const renewalsPerMinute = 3;
const minuteMs = 60_000;

/** Counts forced renewals of a key; true when it is one too many for this minute. */
export function createRenewalLimit(now: () => number): (key: string) => boolean {
  const renewals = new Map<string, readonly number[]>();
  return (key) => {
    for (const [other, times] of renewals) {
      if ((times.at(-1) ?? 0) <= now() - minuteMs) renewals.delete(other);
    }
    const recent = (renewals.get(key) ?? []).filter((at) => at > now() - minuteMs);
    if (recent.length >= renewalsPerMinute) return true;
    renewals.set(key, [...recent, now()]);
    return false;
  };
}
