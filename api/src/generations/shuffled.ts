import { randomInt } from 'node:crypto';

/** The same items in an order that nobody can guess. */
export function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
