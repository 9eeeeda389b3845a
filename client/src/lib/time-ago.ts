import { inLocale } from './i18n/in-locale.ts';
import { readTexts } from './i18n/use-texts.ts';

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const words = inLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** How long ago something was, as people say it: “5 minutes ago”, “yesterday”, “just now” under a minute. */
export function timeAgo(timestamp: string, now: Date): string {
  const seconds = (now.getTime() - new Date(timestamp).getTime()) / 1000;
  const unit = units.find(([, length]) => seconds >= length);
  return unit ? words().format(-Math.floor(seconds / unit[1]), unit[0]) : readTexts().common.justNow;
}
