import type { Share } from '@parley/contracts';
import { inLocale } from '../../lib/i18n/in-locale.ts';

const dateFormat = inLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }));

/** A day as people write it, such as “November 21, 2026”. */
export function shortDate(timestamp: string): string {
  return dateFormat().format(new Date(timestamp));
}

/** Whether a link leads nowhere any more because its time is up. */
export function isExpired({ expiresAt }: Pick<Share, 'expiresAt'>): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
