import { deserialize, type Document as PlainObject } from 'bson';
import { array, assert, constantFrom, dictionary, integer, oneof, property, type Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { encodeDocument } from '../bson/encode-document.ts';
import { received } from '../testing/bson-document.ts';
import { describeUpdate } from './describe-update.ts';

interface Description {
  readonly updatedFields: PlainObject;
  readonly removedFields: string[];
  readonly truncatedArrays: { readonly field: string; readonly newSize: number }[];
}

function described(before: PlainObject, after: PlainObject, wholePaths: string[] = []): Description {
  const description = describeUpdate(received(before), received(after), new Set(wholePaths));
  return deserialize(encodeDocument(description)) as Description;
}

function parentOf(target: PlainObject, path: string): { parent: PlainObject; name: string } {
  const names = path.split('.');
  let parent = target;
  for (const name of names.slice(0, -1)) parent = parent[name] as PlainObject;
  return { parent, name: names.at(-1) ?? '' };
}

/** What a client makes of a document by a description. */
function applied(before: PlainObject, { updatedFields, removedFields, truncatedArrays }: Description): PlainObject {
  const result = structuredClone(before);
  for (const path of removedFields) {
    const { parent, name } = parentOf(result, path);
    delete parent[name];
  }
  for (const { field, newSize } of truncatedArrays) {
    const { parent, name } = parentOf(result, field);
    (parent[name] as unknown[]).length = newSize;
  }
  for (const [path, value] of Object.entries(updatedFields)) {
    const { parent, name } = parentOf(result, path);
    parent[name] = value as unknown;
  }
  return result;
}

/** Values nested so deep, with few names and numbers, so that two of them often share parts. */
function nested(depth: number): Arbitrary<unknown> {
  const leaf = integer({ min: 0, max: 2 });
  if (depth === 0) return leaf;
  return oneof(leaf, array(nested(depth - 1), { maxLength: 3 }), documents(depth - 1));
}

function documents(depth: number): Arbitrary<PlainObject> {
  return dictionary(constantFrom('a', 'b', 'c'), nested(depth), { maxKeys: 3, noNullPrototype: true });
}

it('describes every change so that it can be applied', () => {
  assert(
    property(documents(3), documents(3), (before, after) => {
      expect(applied(before, described(before, after))).toEqual(after);
    }),
    { numRuns: 500 },
  );
});

it('shows as a whole what was set as a whole, and otherwise the smallest parts', () => {
  const before = { sub: { a: 1, b: 2 }, list: [1, { x: 1 }, 3] };
  expect(described(before, { ...before, sub: { a: 5, b: 2 } }).updatedFields).toEqual({ 'sub.a': 5 });
  expect(described(before, { ...before, sub: { a: 5, b: 2 } }, ['sub']).updatedFields).toEqual({ sub: { a: 5, b: 2 } });
  expect(described(before, { ...before, list: [1, { x: 2 }, 3] }).updatedFields).toEqual({ 'list.1.x': 2 });
  expect(described(before, { ...before, list: [1, { x: 1 }, 3, 4] }).updatedFields).toEqual({ 'list.3': 4 });
  expect(described(before, { ...before, list: [1] }).truncatedArrays).toEqual([{ field: 'list', newSize: 1 }]);
  expect(described(before, { ...before, list: [{ x: 1 }, 3] }).updatedFields).toEqual({ list: [{ x: 1 }, 3] });
});
