import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { keepTextScore } from '../text/text-score.ts';

/** The fields of a DBRef, which paths may name. */
const REFERENCE_FIELDS = new Set(['$ref', '$id', '$db']);

/** The segments of a field path; empty ones are refused with 40352, 40353 or 15998, a leading `$` with 16410, null bytes with 16411. */
export function splitFieldPath(path: string): readonly string[] {
  if (path === '') throw new CommandError(40_352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw new CommandError(40_353, "FieldPath must not end with a '.'.");
  const segments = path.split('.');
  for (const segment of segments) {
    if (segment === '') throw new CommandError(15_998, 'FieldPath field names may not be empty strings.');
    if (segment.startsWith('$') && !REFERENCE_FIELDS.has(segment)) {
      throw new CommandError(
        16_410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
    }
    if (segment.includes('\0')) throw new CommandError(16_411, String.raw`FieldPath field names may not contain '\0'.`);
  }
  return segments;
}

/**
 * A copy of a document with a value at a path, as `$addFields` sets it: in every element of an array on the way, in
 * place of anything else that is no document. A missing value removes the field.
 */
export function setPath(document: Document, segments: readonly string[], value: Value | undefined): Document {
  const fields = new Map(document.entries());
  const [name = '', ...rest] = segments;
  if (rest.length > 0) {
    const existing = fields.get(name);
    if (value === undefined && !isDocument(existing) && !Array.isArray(existing)) return document;
    fields.set(name, setInside(existing, rest, value));
  } else if (value === undefined) fields.delete(name);
  else fields.set(name, value);
  return keepTextScore(document, new Document(fields));
}

function setInside(container: Value | undefined, segments: readonly string[], value: Value | undefined): Value {
  if (Array.isArray(container)) return container.map((item) => setInside(item, segments, value));
  return setPath(isDocument(container) ? container : new Document(new Map()), segments, value);
}

/** A copy of a document with a value at a path, as joins set it: whatever on the way is no document is replaced. */
export function putPath(document: Document, segments: readonly string[], value: Value): Document {
  const fields = new Map(document.entries());
  const [name = '', ...rest] = segments;
  const existing = fields.get(name);
  const inner = isDocument(existing) ? existing : new Document(new Map());
  fields.set(name, rest.length === 0 ? value : putPath(inner, rest, value));
  return keepTextScore(document, new Document(fields));
}

/** The value at a path through documents only, without looking into arrays; undefined when it is missing. */
export function valueThroughDocuments(document: Document, segments: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const segment of segments) {
    if (!isDocument(value)) return undefined;
    value = value.get(segment);
  }
  return value;
}
