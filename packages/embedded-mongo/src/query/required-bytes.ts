import { isRegex, type Regex } from '../bson/value.ts';
import type { Filter } from './filter.ts';

/** Shorter ones would be found in most documents. */
const SHORTEST = 3;

/**
 * Bytes that stand somewhere in every document a filter matches, so that a scan can pass over the others unread;
 * undefined when none are known that spare more than looking for them costs, which is for regular expressions only.
 */
export function requiredBytes(filter: Filter): Buffer | undefined {
  if (filter.op === 'and') {
    const parts = filter.filters.map(requiredBytes).filter((bytes) => bytes !== undefined);
    return parts.toSorted((left, right) => right.length - left.length)[0];
  }
  if (filter.op !== 'field' || filter.predicate.name !== '$regex' || !isRegex(filter.predicate.operand)) {
    return undefined;
  }
  const bytes = Buffer.from(requiredText(filter.predicate.operand));
  return bytes.length < SHORTEST ? undefined : bytes;
}

/** What makes a pattern too involved to see at a glance which texts it needs. */
const INVOLVED = /[|()[\]{}\u{fffd}]|\\[A-Za-z0-9]/u;
/** What separates the plain texts of other patterns: a character that may be absent, a wildcard, an anchor. */
const SEPARATOR = /(?:\\.|.)?[?*][?+]?|\\.|[\^$.+]/su;

/**
 * The longest text that every match of a regular expression contains; empty when none is seen. As it stands in the
 * pattern too, it is in a stored regular expression that is the same.
 */
export function requiredText({ pattern, options }: Regex): string {
  if (options.includes('i') || options.includes('x') || INVOLVED.test(pattern)) return '';
  return pattern.split(SEPARATOR).reduce((longest, text) => (text.length > longest.length ? text : longest));
}
