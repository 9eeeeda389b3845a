import type { Literal } from '../../bson/build-document.ts';
import { checkNamespace, ensureCollection } from '../../catalogue/collections.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord } from '../../store/records.ts';
import { fillEmptyTimestamps } from '../../update/empty-timestamps.ts';
import { toStorable } from '../../update/storable.ts';
import { namespaceOf, type Command } from '../command.ts';
import { checkStatementIds } from './statement-ids.ts';
import { attempt, endsAtFailure, writeErrorsField } from './write-errors.ts';

/** The most operations one write command may carry. */
export const MAX_BATCH = 100_000;

/** Refuses batches MongoDB refuses for their number. */
export function checkBatch(size: number): void {
  if (size < 1 || size > MAX_BATCH) {
    throw new CommandError(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${String(MAX_BATCH)}. Got ${String(size)} operations.`,
    );
  }
}

/** `insert`: stores documents as received, each with an `_id`. */
export const insert: Command = {
  kind: 'write',
  fields: ['insert', 'documents', 'ordered', 'stmtIds', 'bypassDocumentValidation', 'bypassEmptyTsReplacement'],
  allowedInTransaction: true,
  run: (request, view) => {
    const documents = request.arguments.documents('documents');
    checkBatch(documents.length);
    checkStatementIds(request, documents.length);
    const isOrdered = endsAtFailure(request);
    checkNamespace(namespaceOf(request));
    let collection = ensureCollection(view, namespaceOf(request));
    const errors: { readonly [name: string]: Literal }[] = [];
    let inserted = 0;
    const keepsEmpty = request.arguments.flag('bypassEmptyTsReplacement');
    for (const [index, document] of documents.entries()) {
      const isDone = attempt(index, errors, () => {
        collection = insertRecord(view, collection, toStorable(keepsEmpty ? document : fillEmptyTimestamps(document)));
        inserted += 1;
      });
      if (!isDone && isOrdered) break;
    }
    return { n: inserted, ...writeErrorsField(errors) };
  },
};
