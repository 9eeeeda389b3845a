import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';

const EMPTY = Buffer.alloc(8);
let latest = 0n;

/** The time as a timestamp that this process has not given away before. */
export function nextTimestamp(): bigint {
  const wall = BigInt(Math.floor(Date.now() / 1000)) << 32n;
  latest = wall > latest ? wall | 1n : latest + 1n;
  return latest;
}

/**
 * A document to be inserted, with the time in place of every empty timestamp that is a field of its own and not the
 * `_id` (MongoDB manual "BSON Types", Timestamps).
 */
export function fillEmptyTimestamps(document: Document): Document {
  if (document.bytes?.includes(EMPTY) === false) return document;
  const filled: [string, Value][] = [];
  for (const [name, value] of document.entries()) {
    if (name !== '_id' && isEmptyTimestamp(value)) filled.push([name, { kind: 'timestamp', value: nextTimestamp() }]);
  }
  return filled.length === 0 ? document : new Document(new Map([...document.entries(), ...filled]));
}

/** The same for an update that replaces a whole document; other updates keep what they are given. */
export function fillReplacement(update: Value | undefined): Value | undefined {
  return isDocument(update) && update.firstName()?.startsWith('$') !== true ? fillEmptyTimestamps(update) : update;
}

function isEmptyTimestamp(value: Value): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    value.kind === 'timestamp' &&
    value.value === 0n
  );
}
