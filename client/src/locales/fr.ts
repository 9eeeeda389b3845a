import type { Messages } from '@lingui/core';

/** The words of `fr/*.po`, compiled. */
export const fr = import.meta.glob<Messages>('./fr/*.po', { eager: true, import: 'default' });
