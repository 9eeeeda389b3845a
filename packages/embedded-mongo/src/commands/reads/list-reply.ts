import type { Document } from '../../bson/document.ts';
import { readArguments } from '../arguments.ts';
import type { Reply, Request } from '../command.ts';
import { cursorReply } from './find.ts';

const CURSOR_FIELDS = new Set(['batchSize']);

/** The reply of a command that lists things; everything is in the first batch unless `cursor.batchSize` says otherwise. */
export function listReply(request: Request, namespace: string, documents: readonly Document[]): Reply {
  const { arguments: values, name, cursors, owner } = request;
  const cursor = values.optionalDocument('cursor');
  const batchSize =
    cursor === undefined ? undefined : readArguments(`${name}.cursor`, cursor, CURSOR_FIELDS).count('batchSize');
  const batch = cursors.open(namespace, owner, documents, {
    batchSize: batchSize ?? Number.POSITIVE_INFINITY,
    isSingleBatch: false,
    atMost: documents.length,
    during: name,
  });
  return cursorReply(namespace, 'firstBatch', batch);
}
