import { BSON, type Document as PlainObject } from 'bson';
import { compileExpression } from '../aggregation/compile-expression.ts';
import { NO_VARIABLES } from '../aggregation/expression.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { received } from '../testing/bson-document.ts';

/** A value as text that tells every type from every other. */
export function typed(value: unknown): string {
  return typedBytes(BSON.serialize({ value }));
}

function typedBytes(bytes: Uint8Array): string {
  const { value } = BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  return BSON.EJSON.stringify({ value }, { relaxed: false });
}

/** What an expression comes to for a document, as `typed` writes it, or `missing`. */
export function evaluated(expression: unknown, document: PlainObject = {}): string {
  const evaluate = compileExpression(received({ expression }).get('expression') ?? null);
  const result = evaluate({ root: received(document), variables: NO_VARIABLES });
  return result === undefined ? 'missing' : typedBytes(encodeDocument(new Document(new Map([['value', result]]))));
}
