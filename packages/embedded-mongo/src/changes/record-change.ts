import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { PROFILE, type CollectionEntry } from '../catalogue/entries.ts';
import { describeDefinition, uuidOf, viewEvent, type DefinitionChange, type ViewChange } from './definition-changes.ts';
import { describeDifference } from './describe-difference.ts';
import { describeUpdate } from './describe-update.ts';

/** A change of the stored data, as change streams report it. */
export type Change =
  | { readonly kind: 'insert'; readonly collection: CollectionEntry; readonly after: Document }
  | {
      readonly kind: 'update';
      readonly collection: CollectionEntry;
      readonly before: Document;
      readonly after: Document;
      /** The paths the update set as a whole. */
      readonly wholePaths: ReadonlySet<string>;
      /** Its description, when that is known already. */
      readonly description?: Document;
    }
  | {
      readonly kind: 'replace';
      readonly collection: CollectionEntry;
      readonly before: Document;
      readonly after: Document;
    }
  | PipelineChange
  | { readonly kind: 'delete'; readonly collection: CollectionEntry; readonly before: Document }
  | { readonly kind: 'drop'; readonly collection: CollectionEntry }
  | {
      readonly kind: 'rename';
      readonly collection: CollectionEntry;
      readonly to: string;
      /** What had the new name before. */
      readonly dropped: CollectionEntry | undefined;
    }
  | DefinitionChange
  | ViewChange
  | { readonly kind: 'dropDatabase'; readonly database: string };

/** An update by a pipeline, which is reported as an update or, when that is shorter, as a replacement. */
interface PipelineChange {
  readonly kind: 'pipeline';
  readonly collection: CollectionEntry;
  readonly before: Document;
  readonly after: Document;
}

/** Takes changes into the log while somebody may want to read them. */
export interface ChangeRecorder {
  isOn(): boolean;
  /** Appends an event within the writer's transaction. */
  append(event: Map<string, Value>): void;
}

/** Notes a change in the log of changes, in the transaction of the change itself; does nothing while nobody ever watched. */
export function recordChange(view: WriteView, change: Change): void {
  const { changes } = view;
  if (changes === undefined || !changes.isOn()) return;
  if (change.kind === 'pipeline') {
    const description = describeDifference(change.before, change.after);
    if (description === undefined) recordChange(view, { ...change, kind: 'replace' });
    else recordChange(view, { ...change, kind: 'update', wholePaths: new Set(), description });
    return;
  }
  if (change.kind === 'dropDatabase') {
    changes.append(
      new Map([
        ['op', 'dropDatabase'],
        ['db', change.database],
      ]),
    );
    return;
  }
  if (change.kind === 'view') {
    changes.append(viewEvent(change));
    return;
  }
  const { collection } = change;
  // What a profiler writes down is no change of the data.
  if (collection.name === PROFILE) return;
  const event = new Map<string, Value>([
    ['op', change.kind],
    ['db', collection.database],
    ['coll', collection.name],
    ['cid', BigInt(collection.id)],
    ['uuid', uuidOf(collection)],
  ]);
  describe(event, change);
  changes.append(event);
}

function describe(
  event: Map<string, Value>,
  change: Exclude<Change, { readonly kind: 'dropDatabase' | 'view' | 'pipeline' }>,
): void {
  switch (change.kind) {
    case 'insert':
      event.set('key', keyOf(change.after));
      event.set('full', change.after);
      return;
    case 'update':
      event.set('key', keyOf(change.after));
      event.set('desc', change.description ?? describeUpdate(change.before, change.after, change.wholePaths));
      if (!keepsImages(change.collection)) return;
      event.set('before', change.before);
      event.set('after', change.after);
      return;
    case 'replace':
      event.set('key', keyOf(change.after));
      event.set('full', change.after);
      if (keepsImages(change.collection)) event.set('before', change.before);
      return;
    case 'delete':
      event.set('key', keyOf(change.before));
      if (keepsImages(change.collection)) event.set('before', change.before);
      return;
    case 'rename':
      event.set('to', change.to);
      if (change.dropped !== undefined) event.set('dropped', uuidOf(change.dropped));
      return;
    case 'drop':
      return;
    default:
      describeDefinition(event, change);
  }
}

function keyOf(document: Document): Document {
  return new Document(new Map([['_id', document.get('_id') ?? null]]));
}

/** Whether a collection was created to keep its documents before and after changes (`changeStreamPreAndPostImages`). */
function keepsImages(collection: CollectionEntry): boolean {
  const option = collection.options.get('changeStreamPreAndPostImages');
  return isDocument(option) && option.get('enabled') === true;
}
