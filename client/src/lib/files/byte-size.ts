import { inLocale } from '../i18n/in-locale.ts';

const units = ['B', 'KB', 'MB', 'GB'];

const tenths = inLocale(
  (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false }),
);
const whole = inLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0, useGrouping: false }));

/** A number of bytes as people read it: `812 B`, `1.2 MB`. A KB has 1,024 of them, as in the limits the server tells. */
export function byteSize(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  const figure = power > 0 && value < 10 ? tenths() : whole();
  return `${figure.format(value)} ${units[power] ?? ''}`;
}
