import type { Messages } from '@lingui/core';

/** The words of `ar/*.po`, compiled. */
export const ar = import.meta.glob<Messages>('./ar/*.po', { eager: true, import: 'default' });
