import type { Messages } from '@lingui/core';

/** The words of `es/*.po`, compiled. */
export const es = import.meta.glob<Messages>('./es/*.po', { eager: true, import: 'default' });
