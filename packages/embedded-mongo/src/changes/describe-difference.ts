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

/** A difference with the bytes MongoDB's log would give to it, and how to note it in a description. */
interface Difference {
  readonly bytes: number;
  readonly note: (description: Description, path: Path) => void;
}

interface Change extends Difference {
  /** The part of MongoDB's log entry a change stands in, which is also the order they are told in. */
  readonly section: (typeof SECTIONS)[number];
}

const SECTIONS = ['removed', 'updated', 'inserted', 'inner'] as const;
const EMPTY_DOCUMENT = 5;
const EMPTY_ARRAY = 9;
const SECTION = 8;
/** The type of a value and the end of its name. */
const ENTRY = 2;
const ROOM_FOR_ENTRY = 5;

/**
 * The `updateDescription` of an update by a pipeline, which is known only by its result; undefined when it would take
 * more room than the new document, which is then reported as a replacement. What is within follows the same rule.
 */
export function describeDifference(before: Document, after: Document): Document | undefined {
  const difference = betweenDocuments(before, after, ROOM_FOR_ENTRY);
  if (difference === undefined) return undefined;
  const description = newDescription();
  difference.note(description, ROOT);
  return descriptionDocument(description);
}

/** Walks both documents in order; a field that another was put in front of counts as removed and inserted. */
function betweenDocuments(before: Document, after: Document, padding: number): Difference | undefined {
  const old = [...before.entries()];
  const entries = [...after.entries()];
  const removed = new Set<string>();
  const changes: Change[] = [];
  let at = 0;
  for (const [name, former] of old) {
    const [nextName, value] = entries[at] ?? [];
    if (nextName !== name || value === undefined) {
      removed.add(name);
      continue;
    }
    at += 1;
    if (!isSame(former, value)) changes.push(ofField(name, former, value));
  }
  for (const [name, value] of entries.slice(at)) {
    removed.delete(name);
    changes.push({ ...setting(name.length, value, (path) => intoField(path, name)), section: 'inserted' });
  }
  for (const name of removed) {
    changes.push({
      section: 'removed',
      bytes: name.length + 1 + ENTRY,
      note: (description, path) => noteRemoved(description, intoField(path, name)),
    });
  }
  const sections = new Set(changes.map(({ section }) => section).filter((section) => section !== 'inner'));
  const bytes = sum(changes) + EMPTY_DOCUMENT + padding + sections.size * SECTION;
  if (bytes >= encodeDocument(after).length) return undefined;
  return {
    bytes,
    note: (description, path) => {
      for (const section of SECTIONS) {
        for (const change of changes) if (change.section === section) change.note(description, path);
      }
    },
  };
}

function ofField(name: string, before: Value, after: Value): Change {
  const into = (path: Path): Path => intoField(path, name);
  const inner = within(before, after);
  if (inner === undefined) return { ...setting(name.length, after, into), section: 'updated' };
  return { ...nested(name.length, inner, into), section: 'inner' };
}

function betweenArrays(before: readonly Value[], after: readonly Value[]): Difference | undefined {
  const changes: Difference[] = [];
  for (const [index, value] of after.entries()) {
    const former = before[index];
    if (former !== undefined && isSame(former, value)) continue;
    const into = (path: Path): Path => intoArray(path, index);
    const inner = former === undefined ? undefined : within(former, value);
    const nameLength = String(index).length + 1;
    changes.push(inner === undefined ? setting(nameLength, value, into) : nested(nameLength - 1, inner, into));
  }
  if (after.length < before.length) {
    changes.push({
      bytes: 1 + 4 + ENTRY,
      note: (description, path) => noteTruncated(description, path, after.length),
    });
  }
  const bytes = sum(changes) + EMPTY_ARRAY;
  if (bytes >= sizeOf([...after])) return undefined;
  return {
    bytes,
    note: (description, path) => {
      for (const change of changes) change.note(description, path);
    },
  };
}

/** The difference within two documents or arrays; undefined when the new one is to be told as a whole. */
function within(before: Value, after: Value): Difference | undefined {
  if (isDocument(before) && isDocument(after)) return betweenDocuments(before, after, 0);
  if (Array.isArray(before) && Array.isArray(after)) return betweenArrays(before, after);
  return undefined;
}

function setting(nameLength: number, value: Value, into: (path: Path) => Path): Difference {
  return {
    bytes: nameLength + sizeOf(value) + ENTRY,
    note: (description, path) => noteUpdated(description, into(path), value),
  };
}

function nested(nameLength: number, inner: Difference, into: (path: Path) => Path): Difference {
  return {
    bytes: nameLength + 1 + inner.bytes + ENTRY,
    note: (description, path) => inner.note(description, into(path)),
  };
}

function sum(changes: readonly Difference[]): number {
  return changes.reduce((total, { bytes }) => total + bytes, 0);
}

/** The bytes of a value without its type and name. */
function sizeOf(value: Value): number {
  return encoded(value).length - EMPTY_DOCUMENT - ENTRY;
}

function isSame(left: Value, right: Value): boolean {
  return left === right || encoded(left).equals(encoded(right));
}

function encoded(value: Value): Buffer {
  return encodeDocument(new Document(new Map([['', value]])));
}
