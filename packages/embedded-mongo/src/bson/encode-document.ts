import { ByteWriter } from './byte-writer.ts';
import type { Document } from './document.ts';
import type { Tagged, Value } from './value.ts';

/** The BSON bytes of a document; whatever was never changed is copied as it was received. */
export function encodeDocument(document: Document): Buffer {
  if (document.bytes !== undefined) return document.bytes;
  const writer = new ByteWriter(1024);
  writeDocument(writer, document);
  return writer.finish();
}

/** Appends a document to a writer. */
export function writeDocument(writer: ByteWriter, document: Document): void {
  const { bytes } = document;
  if (bytes === undefined) writeFields(writer, document.fields);
  else writer.bytes(bytes);
}

function writeFields(writer: ByteWriter, fields: ReadonlyMap<string, Value>): void {
  const start = writer.length;
  writer.int32(0);
  for (const [name, value] of fields) writeElement(writer, name, value);
  writer.byte(0);
  writer.patchInt32(start, writer.length - start);
}

function writeArray(writer: ByteWriter, items: readonly Value[]): void {
  const start = writer.length;
  writer.int32(0);
  for (let index = 0; index < items.length; index += 1) writeElement(writer, String(index), items[index] ?? null);
  writer.byte(0);
  writer.patchInt32(start, writer.length - start);
}

function writeElement(writer: ByteWriter, name: string, value: Value): void {
  writer.byte(typeCode(value));
  writer.text(name);
  writer.byte(0);
  writeValue(writer, value);
}

function writeString(writer: ByteWriter, text: string): void {
  const at = writer.length;
  writer.int32(0);
  writer.patchInt32(at, writer.text(text) + 1);
  writer.byte(0);
}

function writeValue(writer: ByteWriter, value: Value): void {
  if (value === null) return;
  switch (typeof value) {
    case 'string':
      writeString(writer, value);
      return;
    case 'number':
      writer.double(value);
      return;
    case 'bigint':
      writer.int64(value);
      return;
    case 'boolean':
      writer.byte(value ? 1 : 0);
      return;
    default:
  }
  if (Array.isArray(value)) writeArray(writer, value);
  else if (value.kind === 'object') writeDocument(writer, value);
  else writeTagged(writer, value);
}

function writeTagged(writer: ByteWriter, value: Tagged): void {
  switch (value.kind) {
    case 'int':
      writer.int32(value.value);
      return;
    case 'decimal':
      writer.bytes(value.bytes);
      return;
    case 'date':
      writer.int64(value.milliseconds);
      return;
    case 'timestamp':
      writer.uint64(value.value);
      return;
    case 'objectId':
      writer.hex(value.hex);
      return;
    case 'binData':
      writer.int32(value.bytes.length);
      writer.byte(value.subtype);
      writer.bytes(value.bytes);
      return;
    case 'regex':
      writer.text(value.pattern);
      writer.byte(0);
      writer.text(value.options);
      writer.byte(0);
      return;
    case 'javascript':
      writeString(writer, value.source);
      return;
    case 'symbol':
      writeString(writer, value.text);
      return;
    case 'javascriptWithScope': {
      const start = writer.length;
      writer.int32(0);
      writeString(writer, value.source);
      writeDocument(writer, value.scope);
      writer.patchInt32(start, writer.length - start);
      return;
    }
    case 'dbPointer':
      writeString(writer, value.namespace);
      writer.hex(value.hex);
      return;
    case 'undefined':
    case 'minKey':
    case 'maxKey':
  }
}

function typeCode(value: Value): number {
  if (value === null) return 0x0a;
  if (typeof value === 'string') return 0x02;
  if (typeof value === 'number') return 0x01;
  if (typeof value === 'bigint') return 0x12;
  if (typeof value === 'boolean') return 0x08;
  if (Array.isArray(value)) return 0x04;
  return TYPE_CODES[value.kind];
}

const TYPE_CODES = {
  object: 0x03,
  binData: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  date: 0x09,
  regex: 0x0b,
  dbPointer: 0x0c,
  javascript: 0x0d,
  symbol: 0x0e,
  javascriptWithScope: 0x0f,
  int: 0x10,
  timestamp: 0x11,
  decimal: 0x13,
  minKey: 0xff,
  maxKey: 0x7f,
} as const;
