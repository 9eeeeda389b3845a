import type { Messages } from '@lingui/core';

/** The words of `zh/*.po`, compiled. */
export const zh = import.meta.glob<Messages>('./zh/*.po', { eager: true, import: 'default' });
