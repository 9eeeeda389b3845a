import { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { dateTime, isDocument, type Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { findRecords } from '../query/find-records.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { LoggedChange } from './change-log.ts';
import { addDefinition, namespaceDocument, shownDescription } from './definition-changes.ts';
import { isInternal, type ChangeOptions, type Scope } from './change-options.ts';

/** Whether a stream reports an event. */
export function isInScope(scope: Scope, { event }: LoggedChange): boolean {
  const database = textOf(event, 'db');
  const collection = event.get('coll');
  if (scope.kind === 'deployment') return !isInternal(database);
  if (scope.kind === 'database') return database === scope.database;
  // A view is watched by its database alone.
  if (event.has('view')) return false;
  const watched = `${scope.database}.${scope.collection}`;
  return (
    (database === scope.database && collection === scope.collection) ||
    (event.get('op') === 'rename' && event.get('to') === watched)
  );
}

/** Whether an event ends a stream: what it watched is gone. */
export function isInvalidating(scope: Scope, { event }: LoggedChange): boolean {
  const kind = event.get('op');
  if (scope.kind === 'collection') return kind === 'drop' || kind === 'rename';
  return scope.kind === 'database' && kind === 'dropDatabase';
}

/** The event that follows an invalidating one. */
export function invalidateEvent(token: Document, { time, wall }: LoggedChange): Document {
  return new Document(
    new Map<string, Value>([
      ['_id', token],
      ['operationType', 'invalidate'],
      ['clusterTime', { kind: 'timestamp', value: time }],
      ['wallTime', dateTime(wall)],
    ]),
  );
}

/** A logged change as change streams show it (MongoDB manual "Change Events"). */
export function changeEvent(view: View, options: ChangeOptions, token: Document, change: LoggedChange): Document {
  const { event, time, wall } = change;
  const kind = textOf(event, 'op');
  const shown = new Map<string, Value>([
    ['_id', token],
    ['operationType', kind],
    ['clusterTime', { kind: 'timestamp', value: time }],
  ]);
  if (options.isExpanded) copy(event, 'uuid', shown, 'collectionUUID');
  shown.set('wallTime', dateTime(wall));
  copy(event, 'lsid', shown, 'lsid');
  copy(event, 'txn', shown, 'txnNumber');
  const full = kind === 'update' ? updatedDocument(view, options, event) : event.get('full');
  if (full !== undefined) shown.set('fullDocument', full);
  const namespace = new Map<string, Value>([['db', textOf(event, 'db')]]);
  copy(event, 'coll', namespace, 'coll');
  shown.set('ns', new Document(namespace));
  const to = event.get('to');
  if (typeof to === 'string') shown.set('to', namespaceDocument(to));
  copy(event, 'key', shown, 'documentKey');
  if (options.isExpanded) addDefinition(event, shown);
  const description = event.get('desc');
  if (isDocument(description)) shown.set('updateDescription', shownDescription(options, description));
  const before = ['update', 'replace', 'delete'].includes(kind) ? formerDocument(options, event) : undefined;
  if (before !== undefined) shown.set('fullDocumentBeforeChange', before);
  return new Document(shown);
}

function updatedDocument(view: View, { fullDocument }: ChangeOptions, event: Document): Value | undefined {
  if (fullDocument === 'default') return undefined;
  if (fullDocument === 'updateLookup') return lookUp(view, event);
  const image = event.get('after');
  if (image === undefined && fullDocument === 'required') throw missingImage('post-image', event);
  return image ?? null;
}

function formerDocument({ fullDocumentBeforeChange }: ChangeOptions, event: Document): Value | undefined {
  if (fullDocumentBeforeChange === 'off') return undefined;
  const image = event.get('before');
  if (image === undefined && fullDocumentBeforeChange === 'required') throw missingImage('pre-image', event);
  return image ?? null;
}

function missingImage(image: 'pre-image' | 'post-image', event: Document): CommandError {
  return new CommandError(
    'NoMatchingDocument',
    `Change stream was configured to require a ${image} for all update${image === 'pre-image' ? ', delete and replace' : ''} events, but the ${image} was not found for event: ${formatValue(event.get('key') ?? null)}`,
  );
}

/** The document as it is now, or null when it or its collection is gone. */
function lookUp(view: View, event: Document): Value {
  // Not findCollection: a view may have taken the name since.
  const collection = view.catalogue().get(`${textOf(event, 'db')}.${textOf(event, 'coll')}`);
  const key = event.get('key');
  if (collection === undefined || !isDocument(key) || BigInt(collection.id) !== event.get('cid')) return null;
  const filter = parseFilter(
    new Document(new Map([['_id', new Document(new Map([['$eq', key.get('_id') ?? null]]))]])),
  );
  const [record] = findRecords(view, collection, { filter, limit: 1 });
  return record?.document ?? null;
}

function copy(from: Document, name: string, to: Map<string, Value>, as: string): void {
  const value = from.get(name);
  if (value !== undefined) to.set(as, value);
}

function textOf(event: Document, name: string): string {
  const value = event.get(name);
  return typeof value === 'string' ? value : '';
}
