import {
  BSON,
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { Document } from '../bson/document.ts';
import { validateDocument } from '../bson/validate-document.ts';
import type { Tagged, Value } from '../bson/value.ts';
import { OperationError } from './operation-error.ts';

/** How deeply a stored document may nest. */
const MAX_DEPTH = 200;

/**
 * BSON as the driver will send it again byte for byte: maps keep the order of fields that look like numbers, and
 * wrappers the types of numbers. What the driver cannot write the same, such as the deprecated type undefined, throws
 * OperationError, so that nothing is changed on its way.
 */
export function exactDocument(bytes: Uint8Array, namespace: string): Map<string, unknown> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  validateDocument(buffer, MAX_DEPTH);
  const document = new Document(buffer);
  const exact = mapOf(document);
  if (!buffer.equals(BSON.serialize(exact, { ignoreUndefined: false }))) {
    const id = JSON.stringify(exact.get('_id'));
    throw new OperationError(
      `The document ${id} of ${namespace} cannot be sent unchanged: it holds a deprecated type, a date out of range, text that is not UTF-8, or a field twice.`,
    );
  }
  return exact;
}

function mapOf(document: Document): Map<string, unknown> {
  return new Map([...document.entries()].map(([name, value]) => [name, exactValue(value)]));
}

function exactValue(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return new Double(value);
  if (typeof value === 'bigint') return Long.fromBigInt(value);
  if (Array.isArray(value)) return value.map(exactValue);
  if (value.kind === 'object') return mapOf(value);
  return exactTagged(value);
}

function exactTagged(value: Tagged): unknown {
  switch (value.kind) {
    case 'int':
      return new Int32(value.value);
    case 'decimal':
      return new Decimal128(value.bytes);
    case 'date':
      return new Date(Number(value.milliseconds));
    case 'regex':
      return new BSONRegExp(value.pattern, value.options);
    case 'binData':
      return new Binary(value.bytes, value.subtype);
    case 'objectId':
      return new ObjectId(value.hex);
    case 'timestamp':
      return new Timestamp(value.value);
    case 'javascript':
      return new Code(value.source);
    case 'javascriptWithScope':
      return new Code(value.source, Object.fromEntries(mapOf(value.scope)));
    case 'symbol':
      return new BSONSymbol(value.text);
    case 'minKey':
      return new MinKey();
    case 'maxKey':
      return new MaxKey();
    // DBPointer and undefined, which the driver cannot write: left for the comparison to find.
    default:
      return null;
  }
}
