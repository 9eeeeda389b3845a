import { inLocale } from '../../../lib/i18n/in-locale.ts';

const clock = inLocale(
  (locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const day = inLocale((locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }));
const dayAndYear = inLocale((locale) => new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric' }));

/** When something was, in few letters: the time of today, the day of this year, the month of an earlier one. */
export function shortTime(timestamp: string, now: Date): string {
  const date = new Date(timestamp);
  if (date.toDateString() === now.toDateString()) return clock().format(date);
  return date.getFullYear() === now.getFullYear() ? day().format(date) : dayAndYear().format(date);
}
