import type { Document } from '../../bson/document.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { isVirtual } from '../../catalogue/views.ts';
import { matches, type Filter } from '../../query/filter.ts';
import { findRecords } from '../../query/find-records.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StageContext, StageTools } from '../stage.ts';

/** Refuses the empty name of a collection to join, with 73. */
export function checkSourceName(stage: string, name: string): void {
  if (name === '') throw new CommandError('InvalidNamespace', `invalid ${stage} namespace: the collection has no name`);
}

/** The documents of a collection or view of the context's database that match, through an index where one serves. */
export function* foreignDocuments(
  name: string,
  filter: Filter,
  context: StageContext,
  tools: StageTools,
): Generator<Document> {
  const namespace = `${context.database}.${name}`;
  if (isVirtual(context.view, namespace)) {
    for (const document of tools.runCollection(name, [], context)) if (matches(filter, document)) yield document;
    return;
  }
  const collection = findCollection(context.view, namespace);
  if (collection === undefined) return;
  for (const { document } of findRecords(context.view, collection, { filter })) yield document;
}
