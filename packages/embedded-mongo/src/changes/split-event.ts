import { encodeDocument } from '../bson/encode-document.ts';
import { Document } from '../bson/document.ts';
import { int, isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { MAX_DOCUMENT_BYTES } from '../update/storable.ts';

/** The most bytes of an event: what the largest document needs with everything an event says of it besides. */
export const MAX_EVENT_BYTES = MAX_DOCUMENT_BYTES + 8 * 1024;

/** The stage by which a change stream asks for large events in fragments. */
export const SPLIT_STAGE = '$changeStreamSplitLargeEvent';

/** Takes the splitting stage off the end of a change stream's pipeline; `isSplitting` says whether it was there. */
export function withoutSplitting(stages: readonly Value[]): {
  readonly stages: readonly Value[];
  readonly isSplitting: boolean;
} {
  const at = stages.findIndex((stage) => isDocument(stage) && stage.firstName() === SPLIT_STAGE);
  const stage = stages[at];
  if (!isDocument(stage)) return { stages, isSplitting: false };
  const specification = stage.get(SPLIT_STAGE);
  if (!isDocument(specification) || specification.firstName() !== undefined) {
    throw new CommandError(7_182_800, `${SPLIT_STAGE} spec should be an empty object`);
  }
  if (at < stages.length - 1) {
    throw new CommandError(7_182_802, `${SPLIT_STAGE} must be the last stage in the pipeline`);
  }
  return { stages: stages.slice(0, -1), isSplitting: true };
}

/**
 * Splits an event that is too large between its fields, the small ones first (MongoDB manual:
 * $changeStreamSplitLargeEvent). Every fragment has a token of its own, by which a stream resumes after it.
 */
export function splitEvent(event: Document, tokenOf: (fragment: number) => Document): readonly Document[] {
  const sized = [...event.entries()]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => ({ name, value, bytes: sizeOf(name, value) }))
    .toSorted((a, b) => a.bytes - b.bytes || (a.name < b.name ? -1 : 1));
  const available = MAX_EVENT_BYTES - encodeDocument(fragmentOf(tokenOf(1), 1, 1, [])).length;
  const groups: [string, Value][][] = [[]];
  let left = available;
  for (const { name, value, bytes } of sized) {
    if (bytes > available) {
      throw new CommandError(
        'BSONObjectTooLarge',
        `Splitting change event failed: unable to fit field '${name}' of ${String(bytes)} bytes into one fragment`,
      );
    }
    if (bytes > left) {
      groups.push([]);
      left = available;
    }
    groups.at(-1)?.push([name, value]);
    left -= bytes;
  }
  return groups.map((fields, index) => {
    const number = index + 1;
    return new Document(encodeDocument(fragmentOf(tokenOf(number), number, groups.length, fields)));
  });
}

function fragmentOf(token: Document, fragment: number, of: number, fields: readonly [string, Value][]): Document {
  const place = new Document(
    new Map<string, Value>([
      ['fragment', int(fragment)],
      ['of', int(of)],
    ]),
  );
  return new Document(new Map<string, Value>([['_id', token], ['splitEvent', place], ...fields]));
}

/** The bytes of a field within a document: all but the length and the end of a document of its own. */
function sizeOf(name: string, value: Value): number {
  return encodeDocument(new Document(new Map([[name, value]]))).length - 5;
}
