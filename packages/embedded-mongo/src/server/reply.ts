import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { Reply } from '../commands/command.ts';
import { toCommandError } from './storage-error.ts';

/** The `ok: 1` document of a success. */
export function success(reply: Reply): Document {
  const document = buildDocument(reply);
  document.fields.set('ok', 1);
  return document;
}

/** The `ok: 0` document of a failure. */
export function failure(error: unknown): Document {
  const known = toCommandError(error);
  const fields = new Map<string, Value>([
    ['ok', 0],
    ['errmsg', known.message],
    ...buildDocument({ code: known.code }).fields,
    ['codeName', known.codeName],
    ...known.fields,
  ]);
  if (known.labels.length > 0) fields.set('errorLabels', [...known.labels]);
  return new Document(fields);
}
