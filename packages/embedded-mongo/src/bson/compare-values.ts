import { activeCollation } from './active-collation.ts';
import { encodeKey, typeRank } from './encode-key.ts';
import type { Value } from './value.ts';

/**
 * Orders two values as MongoDB's sort does, under the collation of the running command: negative, zero or positive. A
 * missing field compares as null.
 */
export function compareValues(left: Value | undefined, right: Value | undefined): number {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  if (left === right) return 0;
  if (typeof left === 'number' && typeof right === 'number' && left !== right) {
    if (left < right) return -1;
    if (left > right) return 1;
  }
  const collation = activeCollation();
  return Buffer.compare(encodeKey(left, collation), encodeKey(right, collation));
}

/**
 * Whether two values are equal for MongoDB: numbers by value whatever their type, documents including key order, texts
 * by the collation of the running command.
 */
export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  const collation = activeCollation();
  if (typeof left === 'string' && typeof right === 'string' && collation === undefined) return false;
  if (typeRank(left) !== typeRank(right)) return false;
  return encodeKey(left, collation).equals(encodeKey(right, collation));
}
