import { ByteWriter } from './byte-writer.ts';
import type { Collation } from './collation.ts';
import { writeNumberKey } from './number-key.ts';
import type { Tagged, Value } from './value.ts';

/** MongoDB's order of types. Types with one rank compare with each other by value. */
export const TYPE_RANKS = {
  minKey: 0x08,
  undefined: 0x0c,
  null: 0x10,
  number: 0x18,
  string: 0x20,
  object: 0x28,
  array: 0x30,
  binData: 0x38,
  objectId: 0x40,
  bool: 0x48,
  date: 0x50,
  timestamp: 0x58,
  regex: 0x60,
  dbPointer: 0x68,
  javascript: 0x70,
  javascriptWithScope: 0x78,
  maxKey: 0xf0,
} as const;

/** The rank of a value's type; a missing field ranks as null. */
export function typeRank(value: Value | undefined): number {
  if (value === undefined || value === null) return TYPE_RANKS.null;
  if (typeof value === 'string') return TYPE_RANKS.string;
  if (typeof value === 'number' || typeof value === 'bigint') return TYPE_RANKS.number;
  if (typeof value === 'boolean') return TYPE_RANKS.bool;
  if (Array.isArray(value)) return TYPE_RANKS.array;
  if (value.kind === 'int' || value.kind === 'decimal') return TYPE_RANKS.number;
  return value.kind === 'symbol' ? TYPE_RANKS.string : TYPE_RANKS[value.kind];
}

/**
 * The bytes that order and equate values as MongoDB does: comparing two keys bytewise compares the values. Keys are
 * self-delimiting, so several may be concatenated. A missing field has the key of null. A collation decides on texts
 * at any depth but not on field names; without one they compare by their UTF-8 bytes.
 */
export function encodeKey(value: Value | undefined, collation?: Collation): Buffer {
  const writer = new ByteWriter(48);
  writeKey(writer, value, collation);
  return writer.finish();
}

/** Appends the key of a value to a writer. */
export function writeKey(writer: ByteWriter, value: Value | undefined, collation?: Collation): void {
  writer.byte(typeRank(value));
  if (value === undefined || value === null) return;
  if (typeof value === 'string') writeKeyText(writer, value, collation);
  else if (typeof value === 'number' || typeof value === 'bigint') writeNumberKey(writer, value);
  else if (typeof value === 'boolean') writer.byte(value ? 1 : 0);
  else if (Array.isArray(value)) {
    for (const item of value) writeKey(writer, item, collation);
    writer.byte(0);
  } else writeTaggedKey(writer, value, collation);
}

function writeKeyText(writer: ByteWriter, text: string, collation: Collation | undefined): void {
  if (collation === undefined) writeText(writer, text);
  else collation.writeText(writer, text);
}

function writeText(writer: ByteWriter, text: string): void {
  if (text.includes('\0')) {
    const pieces = text.split('\0');
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) writer.bytes(ESCAPED_ZERO);
      writer.text(piece);
    }
  } else writer.text(text);
  writer.bytes(TEXT_END);
}

const ESCAPED_ZERO = Buffer.from([0x00, 0xff]);
const TEXT_END = Buffer.from([0x00, 0x00]);

function writeTaggedKey(
  writer: ByteWriter,
  value: Extract<Value, { kind: string }> | Tagged,
  collation: Collation | undefined,
): void {
  switch (value.kind) {
    case 'object':
      for (const [name, field] of value.entries()) {
        writer.byte(typeRank(field));
        writeText(writer, name);
        writeKey(writer, field, collation);
      }
      writer.byte(0);
      return;
    case 'int':
    case 'decimal':
      writeNumberKey(writer, value);
      return;
    case 'date':
      writer.uint64BigEndian(BigInt.asUintN(64, value.milliseconds + SIGN_OFFSET));
      return;
    case 'timestamp':
      writer.uint64BigEndian(value.value);
      return;
    case 'objectId':
      writer.hex(value.hex);
      return;
    case 'binData':
      writer.uint32BigEndian(value.bytes.length);
      writer.byte(value.subtype);
      writer.bytes(value.bytes);
      return;
    case 'regex':
      writeText(writer, value.pattern);
      writeText(writer, value.options);
      return;
    case 'symbol':
      writeKeyText(writer, value.text, collation);
      return;
    case 'javascript':
      writeText(writer, value.source);
      return;
    case 'javascriptWithScope':
      writeText(writer, value.source);
      writeKey(writer, value.scope);
      return;
    case 'dbPointer':
      writeText(writer, value.namespace);
      writer.hex(value.hex);
      return;
    case 'undefined':
    case 'minKey':
    case 'maxKey':
  }
}

const SIGN_OFFSET = 1n << 63n;
