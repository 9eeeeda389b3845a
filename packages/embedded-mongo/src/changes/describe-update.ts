import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import {
  descriptionDocument,
  intoArray,
  intoField,
  newDescription,
  noteRemoved,
  noteTruncated,
  noteUpdated,
  ROOT,
  type Description,
  type Path,
} from './update-description.ts';

interface Comparison {
  readonly description: Description;
  readonly wholePaths: WholePaths;
}

/** The paths an update set as a whole, which are shown as a whole. */
interface WholePaths {
  has(path: Path): boolean;
  /** Whether something below a path was set, so that places before it may have been filled up with null. */
  hasBelow(path: Path): boolean;
}

/**
 * The `updateDescription` of a change event (MongoDB manual "update Event"): applied to `before`, it gives `after`.
 * Sub-documents are described field by field unless the update set them as a whole. Arrays that grew or shrank only at
 * their end are described by that end; otherwise changed arrays of one length element by element, all others whole.
 */
export function describeUpdate(before: Document, after: Document, wholePaths: ReadonlySet<string>): Document {
  const description = newDescription();
  compareDocuments({ description, wholePaths: readWholePaths(wholePaths) }, ROOT, before, after);
  return descriptionDocument(description);
}

/** Paths as an update names them: `$`, `$[]` and `$[name]` in them stand for any place in an array. */
function readWholePaths(paths: ReadonlySet<string>): WholePaths {
  const patterns = [...paths].filter((path) => path.includes('$')).map((path) => path.split('.'));
  const matches = (names: readonly string[]): boolean =>
    patterns.some(
      (pattern) =>
        pattern.length === names.length &&
        pattern.every((part, index) => part === names[index] || (part.startsWith('$') && isPlace(names[index]))),
    );
  return {
    has: ({ text }) => paths.has(text) || (patterns.length > 0 && matches(text.split('.'))),
    hasBelow: ({ text }) => [...paths].some((path) => path.startsWith(`${text}.`)),
  };
}

function isPlace(name: string | undefined): boolean {
  return name !== undefined && /^\d+$/.test(name);
}

function compareDocuments(comparison: Comparison, path: Path, before: Document, after: Document): void {
  const old = new Map(before.entries());
  for (const [name, value] of after.entries()) {
    const former = old.get(name);
    old.delete(name);
    compareValue(comparison, intoField(path, name), former, value);
  }
  for (const name of old.keys()) noteRemoved(comparison.description, intoField(path, name));
}

function compareValue(comparison: Comparison, path: Path, before: Value | undefined, after: Value): void {
  if (before !== undefined && isSame(before, after)) return;
  if (!comparison.wholePaths.has(path)) {
    if (isDocument(before) && isDocument(after)) {
      compareDocuments(comparison, path, before, after);
      return;
    }
    if (Array.isArray(before) && Array.isArray(after) && compareArrays(comparison, path, before, after)) return;
  }
  noteUpdated(comparison.description, path, after);
}

/** Describes a changed array by its parts; false when it is to be shown as a whole. */
function compareArrays(comparison: Comparison, path: Path, before: Value[], after: Value[]): boolean {
  const { description, wholePaths } = comparison;
  if (before.length === after.length) {
    for (const [index, value] of after.entries()) {
      compareValue(comparison, intoArray(path, index), before[index], value);
    }
    return true;
  }
  const shared = Math.min(before.length, after.length);
  if (shared === 0 || !isSame(before.slice(0, shared), after.slice(0, shared))) return false;
  if (after.length < before.length) noteTruncated(description, path, after.length);
  const isFilledUp = wholePaths.hasBelow(path);
  for (const [offset, value] of after.slice(shared).entries()) {
    const place = intoArray(path, shared + offset);
    if (isFilledUp && value === null && !wholePaths.has(place)) continue;
    noteUpdated(description, place, value);
  }
  return true;
}

function isSame(left: Value, right: Value): boolean {
  return left === right || bytesOf(left).equals(bytesOf(right));
}

function bytesOf(value: Value): Buffer {
  return encodeDocument(new Document(new Map([['', value]])));
}
