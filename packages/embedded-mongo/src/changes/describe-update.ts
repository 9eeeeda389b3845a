import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { int, isDocument, type Value } from '../bson/value.ts';

interface Description {
  readonly updated: Map<string, Value>;
  readonly removed: string[];
  readonly truncated: Value[];
  /** Paths the update set as a whole, which are shown as a whole. */
  readonly wholePaths: ReadonlySet<string>;
}

/**
 * The `updateDescription` of a change event (MongoDB manual "update Event"): applied to `before`, it gives `after`.
 * Sub-documents are described field by field unless the update set them as a whole. Arrays that grew or shrank only at
 * their end are described by that end; otherwise changed arrays of one length element by element, all others whole.
 */
export function describeUpdate(before: Document, after: Document, wholePaths: ReadonlySet<string>): Document {
  const description: Description = { updated: new Map(), removed: [], truncated: [], wholePaths };
  compareDocuments(description, '', before, after);
  return new Document(
    new Map<string, Value>([
      ['updatedFields', new Document(description.updated)],
      ['removedFields', description.removed],
      ['truncatedArrays', description.truncated],
    ]),
  );
}

function compareDocuments(description: Description, prefix: string, before: Document, after: Document): void {
  const old = new Map(before.entries());
  for (const [name, value] of after.entries()) {
    const former = old.get(name);
    old.delete(name);
    compareValue(description, prefix + name, former, value);
  }
  for (const name of old.keys()) description.removed.push(prefix + name);
}

function compareValue(description: Description, path: string, before: Value | undefined, after: Value): void {
  if (before !== undefined && isSame(before, after)) return;
  if (!description.wholePaths.has(path)) {
    if (isDocument(before) && isDocument(after)) {
      compareDocuments(description, `${path}.`, before, after);
      return;
    }
    if (Array.isArray(before) && Array.isArray(after) && compareArrays(description, path, before, after)) return;
  }
  description.updated.set(path, after);
}

/** Describes a changed array by its parts; false when it is to be shown as a whole. */
function compareArrays(description: Description, path: string, before: Value[], after: Value[]): boolean {
  if (before.length === after.length) {
    for (const [index, value] of after.entries()) {
      compareValue(description, `${path}.${String(index)}`, before[index], value);
    }
    return true;
  }
  const shared = Math.min(before.length, after.length);
  if (shared === 0 || !isSame(before.slice(0, shared), after.slice(0, shared))) return false;
  if (after.length < before.length) {
    const entry = new Map<string, Value>([
      ['field', path],
      ['newSize', int(after.length)],
    ]);
    description.truncated.push(new Document(entry));
  }
  for (const [offset, value] of after.slice(shared).entries()) {
    description.updated.set(`${path}.${String(shared + offset)}`, value);
  }
  return true;
}

function isSame(left: Value, right: Value): boolean {
  return left === right || bytesOf(left).equals(bytesOf(right));
}

function bytesOf(value: Value): Buffer {
  return encodeDocument(new Document(new Map([['', value]])));
}
