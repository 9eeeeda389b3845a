import type { Messages } from '@lingui/core';

/** The words of `de/*.po`, compiled. */
export const de = import.meta.glob<Messages>('./de/*.po', { eager: true, import: 'default' });
