import { serialize, type Document as PlainObject } from 'bson';
import { Document } from '../bson/document.ts';

/** A document as the server receives it, from a plain object. */
export function received(object: PlainObject): Document {
  return new Document(Buffer.from(serialize(object, { ignoreUndefined: true })));
}
