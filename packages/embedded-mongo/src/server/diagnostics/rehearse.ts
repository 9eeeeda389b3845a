import { buildDocument, verbatim, type Literal } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Catalogue, CollectionEntry, IndexEntry } from '../../catalogue/entries.ts';
import type { Dispatch } from '../dispatcher.ts';

const NOBODY = 0;
/** Milliseconds; it is done in a few. */
const AT_MOST = 100;

/**
 * Reads a page through an index as somebody's first query would, but for nobody: that query then finds the code
 * compiled and the statements prepared. Changes nothing; without an index of several fields there is nothing to do.
 */
export async function rehearse(dispatch: Dispatch, catalogue: Catalogue): Promise<void> {
  for (const collection of catalogue.values()) {
    const fields = collection.indexes.find(isPlain)?.fields ?? [];
    const [first, second] = fields;
    if (first === undefined || second === undefined) continue;
    const find = async (query: Record<string, Literal>): Promise<Document | undefined> =>
      firstOf(await dispatch(findIn(collection, query), NOBODY));
    const value = valueAt(await find({}), first.segments);
    if (value === undefined) continue;
    await find({ filter: { [first.path]: verbatim(value) }, sort: { [second.path]: -1 } });
    return;
  }
}

/** Whether an index serves a sort for every query: any other might have to look at the whole collection. */
function isPlain(index: IndexEntry): boolean {
  const { text, partialFilter, isSparse, isHidden, isMultikey, fields } = index;
  const isWhole = text === undefined && partialFilter === undefined && !isSparse && !isHidden && !isMultikey;
  return isWhole && fields.length > 1 && fields.every(({ collation }) => collation === undefined);
}

function findIn({ name, database }: CollectionEntry, query: Record<string, Literal>): Document {
  return buildDocument({ find: name, ...query, limit: 1, maxTimeMS: AT_MOST, $db: database });
}

function firstOf(reply: Document): Document | undefined {
  const cursor = reply.get('cursor');
  const batch = isDocument(cursor) ? cursor.get('firstBatch') : undefined;
  const [document] = Array.isArray(batch) ? batch : [];
  return isDocument(document) ? document : undefined;
}

/** A text, number, id or the like at a path; anything that a filter would read otherwise is not worth it. */
function valueAt(document: Document | undefined, segments: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const segment of segments) value = isDocument(value) ? value.get(segment) : undefined;
  return isDocument(value) || Array.isArray(value) ? undefined : value;
}
