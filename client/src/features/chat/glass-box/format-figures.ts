import { inLocale } from '../../../lib/i18n/in-locale.ts';

const whole = inLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
const oneDigit = inLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
const dollars = inLocale((locale) => new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }));
const fewCents = inLocale(
  (locale) => new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 }),
);

/** A span of time as people read it: `340 ms`, `2.1 s`, `1 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${whole().format(ms)} ms`;
  if (ms < 59_950) return `${oneDigit().format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${whole().format(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

/** Millionths of a US dollar in dollars, with as many digits as a small price needs. */
export function formatCost(microUsd: number): string {
  const usd = microUsd / 1_000_000;
  return usd >= 1 || usd === 0 ? dollars().format(usd) : fewCents().format(usd);
}

/** A count with marks between thousands. */
export function formatCount(count: number): string {
  return whole().format(count);
}

/** Tokens in a second: whole from ten on. */
export function formatRate(perSecond: number): string {
  return (perSecond < 10 ? oneDigit() : whole()).format(perSecond);
}
