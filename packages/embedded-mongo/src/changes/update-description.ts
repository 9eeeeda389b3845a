import { Document } from '../bson/document.ts';
import { int, type Value } from '../bson/value.ts';

/** What is noted of an update while two versions of a document are compared. */
export interface Description {
  readonly updated: Map<string, Value>;
  readonly removed: string[];
  readonly truncated: Value[];
  /** The parts of the described paths that can be read in more than one way. */
  readonly disambiguated: Map<string, Value>;
}

/** The way to a value: as one text, and field by field with the places in arrays as numbers. */
export interface Path {
  readonly text: string;
  readonly parts: readonly Value[];
  /** Whether a field's name looks like a place in an array or like several fields. */
  readonly isAmbiguous: boolean;
}

/** The way to the document itself. */
export const ROOT: Path = { text: '', parts: [], isAmbiguous: false };
const PLACE = /^(?:0|[1-9][0-9]*)$/;

/** The way to a field of the document a path leads to. */
export function intoField(path: Path, name: string): Path {
  // A number in front cannot be a place in an array.
  const isAmbiguous = path.isAmbiguous || name.includes('.') || (path.parts.length > 0 && PLACE.test(name));
  return { text: textAfter(path, name), parts: [...path.parts, name], isAmbiguous };
}

/** The way to an element of the array a path leads to. */
export function intoArray(path: Path, index: number): Path {
  return { ...path, text: textAfter(path, String(index)), parts: [...path.parts, int(index)] };
}

function textAfter(path: Path, name: string): string {
  return path.parts.length === 0 ? name : `${path.text}.${name}`;
}

/** An empty description. */
export function newDescription(): Description {
  return { updated: new Map(), removed: [], truncated: [], disambiguated: new Map() };
}

/** Notes a new value. */
export function noteUpdated(description: Description, path: Path, value: Value): void {
  description.updated.set(path.text, value);
  noteAmbiguous(description, path);
}

/** Notes that a field is gone. */
export function noteRemoved(description: Description, path: Path): void {
  description.removed.push(path.text);
  noteAmbiguous(description, path);
}

/** Notes that an array lost its end. */
export function noteTruncated(description: Description, path: Path, size: number): void {
  const entry = new Map<string, Value>([
    ['field', path.text],
    ['newSize', int(size)],
  ]);
  description.truncated.push(new Document(entry));
  noteAmbiguous(description, path);
}

function noteAmbiguous(description: Description, path: Path): void {
  if (path.isAmbiguous) description.disambiguated.set(path.text, [...path.parts]);
}

/** The `updateDescription` of a change event; `disambiguatedPaths` is there only when some path needs it. */
export function descriptionDocument({ updated, removed, truncated, disambiguated }: Description): Document {
  const fields = new Map<string, Value>([
    ['updatedFields', new Document(updated)],
    ['removedFields', removed],
    ['truncatedArrays', truncated],
  ]);
  if (disambiguated.size > 0) fields.set('disambiguatedPaths', new Document(disambiguated));
  return new Document(fields);
}
