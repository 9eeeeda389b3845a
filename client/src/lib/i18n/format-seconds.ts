import { inLocale } from './in-locale.ts';

const tenths = inLocale(
  (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
);
const whole = inLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));

/** A number of seconds: with tenths under ten, whole from there on. */
export function formatSeconds(seconds: number): string {
  return (seconds < 10 ? tenths() : whole()).format(seconds);
}
