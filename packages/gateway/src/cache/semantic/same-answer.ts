import { guards } from './guards.ts';
import { readQuestion } from './question.ts';

/** Beyond it two texts are compared by their vectors alone. */
const shortLength = 400;

/**
 * Whether two answers say the same, judged strictly: a doubt counts as no, since a wrong yes teaches the cache errors.
 * `similarity` is the cosine of their vectors.
 */
export function isSameAnswer(one: string, other: string, similarity: () => number): boolean {
  if (plain(one) === plain(other)) return true;
  const isShort = one.length <= shortLength && other.length <= shortLength;
  if (!isShort) return similarity() >= 0.9;
  const [first, second] = [readQuestion(one), readQuestion(other)];
  const agree = [guards.numbers, guards.units, guards.antonyms, guards.negation, guards.names, guards.language];
  return agree.every((guard) => guard(first, second)) && similarity() >= 0.85;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s\p{P}]+/gu, ' ')
    .trim();
}
