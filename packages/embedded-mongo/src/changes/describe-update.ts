import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { int, isDocument, type Value } from '../bson/value.ts';

interface Description {
  readonly updated: Map<string, Value>;
  readonly removed: string[];
  readonly truncated: Value[];
  /** The parts of the described paths that can be read in more than one way. */
  readonly disambiguated: Map<string, Value>;
  /** Paths the update set as a whole, which are shown as a whole. */
  readonly wholePaths: ReadonlySet<string>;
}

/** The way to a value: as one text, and field by field with the places in arrays as numbers. */
interface Path {
  readonly text: string;
  readonly parts: readonly Value[];
  /** Whether a field's name looks like a place in an array or like several fields. */
  readonly isAmbiguous: boolean;
}

const ROOT: Path = { text: '', parts: [], isAmbiguous: false };
const PLACE = /^(?:0|[1-9][0-9]*)$/;

function intoField(path: Path, name: string): Path {
  // A number in front cannot be a place in an array.
  const isAmbiguous = path.isAmbiguous || name.includes('.') || (path.parts.length > 0 && PLACE.test(name));
  return { text: textAfter(path, name), parts: [...path.parts, name], isAmbiguous };
}

function intoArray(path: Path, index: number): Path {
  return { ...path, text: textAfter(path, String(index)), parts: [...path.parts, int(index)] };
}

function textAfter(path: Path, name: string): string {
  return path.parts.length === 0 ? name : `${path.text}.${name}`;
}

function noteAmbiguous(description: Description, path: Path): void {
  if (path.isAmbiguous) description.disambiguated.set(path.text, [...path.parts]);
}

/**
 * The `updateDescription` of a change event (MongoDB manual "update Event"): applied to `before`, it gives `after`.
 * Sub-documents are described field by field unless the update set them as a whole. Arrays that grew or shrank only at
 * their end are described by that end; otherwise changed arrays of one length element by element, all others whole.
 * `disambiguatedPaths` is there only when some path needs it.
 */
export function describeUpdate(before: Document, after: Document, wholePaths: ReadonlySet<string>): Document {
  const description: Description = {
    updated: new Map(),
    removed: [],
    truncated: [],
    disambiguated: new Map(),
    wholePaths,
  };
  compareDocuments(description, ROOT, before, after);
  return new Document(
    new Map<string, Value>([
      ['updatedFields', new Document(description.updated)],
      ['removedFields', description.removed],
      ['truncatedArrays', description.truncated],
      ...(description.disambiguated.size === 0
        ? []
        : ([['disambiguatedPaths', new Document(description.disambiguated)]] as const)),
    ]),
  );
}

function compareDocuments(description: Description, path: Path, before: Document, after: Document): void {
  const old = new Map(before.entries());
  for (const [name, value] of after.entries()) {
    const former = old.get(name);
    old.delete(name);
    compareValue(description, intoField(path, name), former, value);
  }
  for (const name of old.keys()) {
    const removed = intoField(path, name);
    description.removed.push(removed.text);
    noteAmbiguous(description, removed);
  }
}

function compareValue(description: Description, path: Path, before: Value | undefined, after: Value): void {
  if (before !== undefined && isSame(before, after)) return;
  if (!description.wholePaths.has(path.text)) {
    if (isDocument(before) && isDocument(after)) {
      compareDocuments(description, path, before, after);
      return;
    }
    if (Array.isArray(before) && Array.isArray(after) && compareArrays(description, path, before, after)) return;
  }
  noteUpdated(description, path, after);
}

function noteUpdated(description: Description, path: Path, value: Value): void {
  description.updated.set(path.text, value);
  noteAmbiguous(description, path);
}

/** Describes a changed array by its parts; false when it is to be shown as a whole. */
function compareArrays(description: Description, path: Path, before: Value[], after: Value[]): boolean {
  if (before.length === after.length) {
    for (const [index, value] of after.entries()) {
      compareValue(description, intoArray(path, index), before[index], value);
    }
    return true;
  }
  const shared = Math.min(before.length, after.length);
  if (shared === 0 || !isSame(before.slice(0, shared), after.slice(0, shared))) return false;
  if (after.length < before.length) {
    const entry = new Map<string, Value>([
      ['field', path.text],
      ['newSize', int(after.length)],
    ]);
    description.truncated.push(new Document(entry));
    noteAmbiguous(description, path);
  }
  for (const [offset, value] of after.slice(shared).entries()) {
    noteUpdated(description, intoArray(path, shared + offset), value);
  }
  return true;
}

function isSame(left: Value, right: Value): boolean {
  return left === right || bytesOf(left).equals(bytesOf(right));
}

function bytesOf(value: Value): Buffer {
  return encodeDocument(new Document(new Map([['', value]])));
}
