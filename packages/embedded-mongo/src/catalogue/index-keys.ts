import { ByteWriter } from '../bson/byte-writer.ts';
import type { Document } from '../bson/document.ts';
import { encodeKey, writeKey } from '../bson/encode-key.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { arrayPosition, matches } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { scoreTerms, type TextOptions } from '../text/text-index.ts';
import type { IndexField, IndexSpec } from './entries.ts';

/** One entry of an index for a document: the bytes and the values they stand for. */
export interface IndexKey {
  readonly bytes: Buffer;
  readonly values: readonly (Value | undefined)[];
}

/** What decides which entries a document has. */
export type KeyShape = Pick<IndexSpec, 'fields' | 'isSparse' | 'partialFilter' | 'text'> & {
  /** Whether an array that a path names by its position counts as one value, as it does for sorts. */
  readonly keepsPositioned?: boolean;
};

/** The entries of one document in one index, without repeats. */
export interface IndexKeys {
  readonly keys: readonly IndexKey[];
  readonly isMultikey: boolean;
}

/** The entries a document has in an index; two arrays side by side are refused as MongoDB does. */
export function indexKeysOf(index: KeyShape, document: Document): IndexKeys {
  if (index.partialFilter !== undefined && !matches(index.partialFilter, document)) return NO_KEYS;
  if (index.text !== undefined) return termKeysOf(index.text, document);
  const plain = plainValues(index.fields, document);
  if (plain !== undefined) {
    if (index.isSparse && plain.every((value) => value === undefined)) return NO_KEYS;
    return { keys: [{ bytes: encodeTuple(index.fields, plain), values: plain }], isMultikey: false };
  }
  const tuples: Component[][] = [];
  const isMultikey = expand(
    index.fields.map((field) => ({
      field,
      value: document,
      depth: 0,
      keepsPositioned: index.keepsPositioned === true,
    })),
    tuples,
  );
  const unique = new Map<string, IndexKey>();
  for (const tuple of tuples) {
    const values = tuple.map((component) => component.value);
    if (index.isSparse && values.every((value) => value === undefined)) continue;
    const bytes = encodeTuple(index.fields, values);
    if (tuples.length === 1) return { keys: [{ bytes, values }], isMultikey };
    unique.set(bytes.toString('latin1'), { bytes, values });
  }
  return { keys: [...unique.values()], isMultikey };
}

const NO_KEYS: IndexKeys = { keys: [], isMultikey: false };

function termKeysOf(text: TextOptions, document: Document): IndexKeys {
  const terms = [...scoreTerms(text, document).keys()];
  return { keys: terms.map((term) => ({ bytes: encodeKey(term), values: [term] })), isMultikey: terms.length > 1 };
}

/** The values of the fields, or undefined when one of their paths meets an array, so that there may be several. */
function plainValues(fields: readonly IndexField[], document: Document): readonly (Value | undefined)[] | undefined {
  const values: (Value | undefined)[] = [];
  for (const { segments } of fields) {
    let value: Value | undefined = document;
    for (const segment of segments) {
      value = isDocument(value) ? value.get(segment) : undefined;
      if (Array.isArray(value)) return undefined;
    }
    values.push(value);
  }
  return values;
}

/** The bytes of one index entry. */
function encodeTuple(fields: readonly IndexField[], values: readonly (Value | undefined)[]): Buffer {
  const writer = new ByteWriter(64);
  for (const [position, field] of fields.entries()) {
    const start = writer.length;
    writeKey(writer, values[position], field.collation);
    if (field.isDescending) writer.invertFrom(start);
  }
  return writer.finish();
}

/** How far one field of the key has come down into the document. */
interface Component {
  readonly field: IndexField;
  readonly value: Value | undefined;
  /** Segments used so far; beyond the last one the value is final. */
  readonly depth: number;
  readonly keepsPositioned: boolean;
}

const FINAL = Number.POSITIVE_INFINITY;

function expand(start: readonly Component[], tuples: Component[][]): boolean {
  const components = start.map(descend);
  const arrays = components.filter((component) => component.depth !== FINAL && Array.isArray(component.value));
  const [first] = arrays;
  if (first === undefined || !Array.isArray(first.value)) {
    tuples.push(components);
    return false;
  }
  const prefix = prefixOf(first);
  const other = arrays.find((component) => prefixOf(component) !== prefix);
  if (other !== undefined) {
    throw new CommandError(
      'CannotIndexParallelArrays',
      `cannot index parallel arrays [${nameOf(other)}] [${nameOf(first)}]`,
    );
  }
  const items: readonly (Value | undefined)[] = first.value.length === 0 ? [undefined] : first.value;
  for (const item of items) {
    expand(
      components.map((component) => (arrays.includes(component) ? enter(component, item) : component)),
      tuples,
    );
  }
  return true;
}

function prefixOf(component: Component): string {
  return component.field.segments.slice(0, component.depth).join('.');
}

function nameOf(component: Component): string {
  return component.field.segments[component.depth - 1] ?? component.field.path;
}

/** Follows a path until a final value or an array. */
function descend(component: Component): Component {
  let { value, depth } = component;
  let isPositioned = false;
  if (depth === FINAL) return component;
  const { segments } = component.field;
  for (;;) {
    const segment = segments[depth];
    if (Array.isArray(value)) {
      const position = segment === undefined ? undefined : arrayPosition(segment);
      if (segment === undefined && isPositioned && component.keepsPositioned) {
        return { ...component, value, depth: FINAL };
      }
      if (segment === undefined || position === undefined) return { ...component, value, depth };
      if (value.some((item) => isDocument(item) && item.has(segment))) {
        throw new CommandError(
          16_746,
          `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${segment}'`,
        );
      }
      value = value[position];
      isPositioned = true;
    } else if (segment === undefined) {
      return { ...component, value, depth: FINAL };
    } else {
      value = isDocument(value) ? value.get(segment) : undefined;
      isPositioned = false;
    }
    depth += 1;
  }
}

/** One element of the array a component stands at; an empty array counts as undefined, which sorts below null. */
function enter(component: Component, item: Value | undefined): Component {
  const isLast = component.depth === component.field.segments.length;
  if (isLast) return { ...component, value: item === undefined ? { kind: 'undefined' } : item, depth: FINAL };
  return isDocument(item) ? { ...component, value: item } : { ...component, value: undefined, depth: FINAL };
}
