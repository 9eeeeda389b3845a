import { randomBytes } from 'node:crypto';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { validateDocument } from '../bson/validate-document.ts';
import { isDocument, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/** The largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** MongoDB reads documents a little larger than it stores, so that it can say more about them. */
const MAX_READABLE_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024;
const MAX_NESTING = 100;

/** Refuses documents that are too large or nested too deeply to store. */
export function checkStorable(bytes: Buffer, cause: 'insert' | 'update' | 'upsert'): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) throw tooLarge(bytes.length, cause);
  try {
    validateDocument(bytes, MAX_NESTING - 1);
  } catch (error) {
    if (!(error instanceof CommandError) || error.codeName !== 'Overflow') throw error;
    throw new CommandError(
      'Overflow',
      `cannot insert document because it exceeds ${String(MAX_NESTING)} levels of nesting`,
    );
  }
}

function tooLarge(size: number, cause: 'insert' | 'update' | 'upsert'): CommandError {
  const limit = String(MAX_DOCUMENT_BYTES);
  if (cause === 'update') return new CommandError(17_419, `Resulting document after update is larger than ${limit}`);
  if (cause === 'upsert') return new CommandError(17_420, `Document to upsert is larger than ${limit}`);
  if (size <= MAX_READABLE_BYTES) {
    return new CommandError(
      'BadValue',
      `object to insert too large. size in bytes: ${String(size)}, max size: ${limit}`,
    );
  }
  return new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${String(size)} (0x${size.toString(16).toUpperCase()}) is invalid. Size must be between 0 and ${String(MAX_READABLE_BYTES)}(16MB)`,
  );
}

/** The document with a valid `_id` as its first field; a missing one is made. Untouched bytes stay as they are. */
export function withId(document: Document): Document {
  const id = document.get('_id');
  if (id !== undefined) checkIdValue(id);
  if (id !== undefined && document.firstName() === '_id') return document;
  const fields = new Map<string, Value>([['_id', id ?? newObjectId()]]);
  for (const [name, value] of document.entries()) if (name !== '_id') fields.set(name, value);
  return new Document(fields);
}

/** A document ready to be stored as a new record; throws what makes it unfit. */
export function toStorable(document: Document): Document {
  const bytes = encodeDocument(withId(document));
  checkStorable(bytes, 'insert');
  return new Document(bytes);
}

function checkIdValue(id: Value): void {
  const type = typeName(id);
  if (type === 'array' || type === 'regex' || type === 'undefined') {
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  if (isDocument(id)) refuseDollarNames(id);
}

function refuseDollarNames(document: Document): void {
  for (const [name, value] of document.entries()) {
    if (name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) {
      throw new CommandError(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
      );
    }
    if (isDocument(value)) refuseDollarNames(value);
  }
}

/** The same in all ids of this process, and the number of its last one; undefined before the first. */
let ids: { readonly process: string; readonly last: number } | undefined;

/** A new ObjectId of this process. */
function newObjectId(): Value {
  const { process, last } = ids ?? { process: randomBytes(5).toString('hex'), last: randomBytes(3).readUIntBE(0, 3) };
  const number = (last + 1) % 0x100_0000;
  ids = { process, last: number };
  const seconds = Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, '0');
  return { kind: 'objectId', hex: seconds + process + number.toString(16).padStart(6, '0') };
}
