import * as z from 'zod/mini';

/** Control characters, and those that turn the direction of text around (Unicode UAX #9). */
const deceptive = /[\p{Cc}\u202A-\u202E\u2066-\u2069\uFEFF]/u;

/** Of a name that others see: it must not look like another one by characters that nobody sees. */
export function withoutDeception() {
  return z.refine<string>((name) => !deceptive.test(name), 'must not have invisible characters');
}
