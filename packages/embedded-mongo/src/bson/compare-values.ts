import { encodeKey, typeRank } from './encode-key.ts';
import type { Value } from './value.ts';

/** Orders two values as MongoDB's sort does: negative, zero or positive. A missing field compares as null. */
export function compareValues(left: Value | undefined, right: Value | undefined): number {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  if (left === right) return 0;
  if (typeof left === 'number' && typeof right === 'number' && left !== right) {
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return Buffer.compare(encodeKey(left), encodeKey(right));
}

/** Whether two values are equal for MongoDB: numbers by value whatever their type, documents including key order. */
export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') return false;
  if (typeRank(left) !== typeRank(right)) return false;
  return encodeKey(left).equals(encodeKey(right));
}
