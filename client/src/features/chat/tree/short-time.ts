const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' });

/** When something was, in few letters: the time of today, the day of this year, the month of an earlier one. */
export function shortTime(timestamp: string, now: Date): string {
  const date = new Date(timestamp);
  if (date.toDateString() === now.toDateString()) return clock.format(date);
  return date.getFullYear() === now.getFullYear() ? day.format(date) : dayAndYear.format(date);
}
