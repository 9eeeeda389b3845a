import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { CollectionEntry, ViewEntry } from '../catalogue/entries.ts';
import { splitNamespace } from '../catalogue/split-namespace.ts';
import type { LoggedChange } from './change-log.ts';
import type { ChangeOptions } from './change-options.ts';

/** A change of what a collection is; streams report it when they ask for expanded events. */
export type DefinitionChange =
  | { readonly kind: 'create'; readonly collection: CollectionEntry }
  | {
      readonly kind: 'createIndexes' | 'dropIndexes';
      readonly collection: CollectionEntry;
      /** The specifications of the indexes. */
      readonly indexes: readonly Document[];
    }
  | {
      readonly kind: 'modify';
      /** The collection as it was. */
      readonly collection: CollectionEntry;
      /** What was asked for. */
      readonly description: Document;
      /** The options of the changed index as they were. */
      readonly indexOptions: Document | undefined;
    };

/** A change of the definition of a view. */
export interface ViewChange {
  readonly kind: 'view';
  readonly operation: 'create' | 'modify' | 'drop';
  readonly entry: ViewEntry;
}

const DEFINITIONS: ReadonlySet<unknown> = new Set(['create', 'modify', 'createIndexes', 'dropIndexes']);

/** Whether a stream reports events of this kind at all. */
export function isReported({ isExpanded }: ChangeOptions, { event }: LoggedChange): boolean {
  return isExpanded || !(DEFINITIONS.has(event.get('op')) || event.has('view'));
}

/** Writes what an event of the log tells of a changed definition (MongoDB manual "Change Events"). */
export function describeDefinition(event: Map<string, Value>, change: DefinitionChange): void {
  const { collection } = change;
  if (change.kind === 'create') {
    const idIndex = collection.indexes.find((index) => index.name === '_id_');
    const description = new Map(collection.options.entries());
    if (idIndex !== undefined) description.set('idIndex', idIndex.document);
    event.set('odesc', new Document(description));
    return;
  }
  if (change.kind !== 'modify') {
    event.set('odesc', new Document(new Map([['indexes', [...change.indexes]]])));
    return;
  }
  event.set('odesc', change.description);
  const former = new Map<string, Value>([
    ['collectionOptions', new Document(new Map([['uuid', uuidOf(collection)], ...collection.options.entries()]))],
  ]);
  if (change.indexOptions !== undefined) former.set('indexOptions', change.indexOptions);
  event.set('former', new Document(former));
}

/** The event of the log for a changed view. */
export function viewEvent({ operation, entry }: ViewChange): Map<string, Value> {
  const event = new Map<string, Value>([
    ['op', operation],
    ['db', entry.database],
    ['coll', entry.name],
    ['view', true],
  ]);
  if (operation !== 'drop') event.set('odesc', entry.options);
  return event;
}

/** Adds to a shown event what a logged one tells of a changed definition. */
export function addDefinition(event: Document, shown: Map<string, Value>): void {
  const to = event.get('to');
  const dropped = event.get('dropped');
  const description =
    typeof to === 'string'
      ? new Document(
          new Map<string, Value>([
            ['to', namespaceDocument(to)],
            ...(dropped === undefined ? [] : ([['dropTarget', dropped]] as const)),
          ]),
        )
      : event.get('odesc');
  if (description !== undefined) shown.set('operationDescription', description);
  const former = event.get('former');
  if (former !== undefined) shown.set('stateBeforeChange', former);
}

const AMBIGUOUS = 'disambiguatedPaths';

/** The `updateDescription` as a stream shows it: with or without the parts of ambiguous paths. */
export function shownDescription({ isExpanded }: ChangeOptions, description: Document): Document {
  if (description.has(AMBIGUOUS) === isExpanded) return description;
  const shown = new Map(description.entries());
  if (isExpanded) shown.set(AMBIGUOUS, new Document(new Map()));
  else shown.delete(AMBIGUOUS);
  return new Document(shown);
}

/** A namespace as events name it. */
export function namespaceDocument(namespace: string): Document {
  const { database, name } = splitNamespace(namespace);
  return new Document(
    new Map<string, Value>([
      ['db', database],
      ['coll', name],
    ]),
  );
}

/** The identity of a collection as a value. */
export function uuidOf({ uuid }: CollectionEntry): Value {
  return { kind: 'binData', subtype: 4, bytes: uuid };
}
