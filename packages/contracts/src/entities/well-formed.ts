import * as z from 'zod/mini';

/**
 * Puts U+FFFD in the place of half a character, which JSON can say and no store can keep: what is compared later must be
 * what was stored.
 */
export function wellFormed() {
  return z.overwrite<string>((text) => text.toWellFormed());
}
