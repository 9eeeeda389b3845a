import { verbatim, type Literal } from '../../bson/build-document.ts';
import { checkStageNames } from '../../aggregation/pipeline.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument } from '../../bson/value.ts';
import { checkNamespace } from '../../catalogue/collections.ts';
import { CommandError } from '../../server/command-error.ts';
import { constantsOf } from '../constants.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { underCollation } from '../collated.ts';
import { isRetryable, namespaceOf, type Command } from '../command.ts';
import { checkBatch } from './insert.ts';
import { runUpdate } from './update-one.ts';
import { checkUpdateTypes, readUpdateStatement } from './update-statement.ts';
import { checkStatementIds } from './statement-ids.ts';
import { attempt, endsAtFailure, refusedRetry, writeErrorsField } from './write-errors.ts';

/** The fields of one entry of `updates`. */
export const UPDATE_STATEMENT_FIELDS = new Set([
  'q',
  'u',
  'c',
  'multi',
  'upsert',
  'arrayFilters',
  'hint',
  'sort',
  'collation',
]);

const NAMES = { filter: 'q', change: 'u', constants: 'c' };

/** Reads one entry of `updates`; what is malformed fails the whole command. */
function readStatement(document: Document): Arguments {
  const statement = readArguments('update.updates', document, UPDATE_STATEMENT_FIELDS);
  statement.document('q');
  const change = statement.value('u');
  if (change === undefined) {
    throw new CommandError(40_414, "BSON field 'update.updates.u' is missing but a required field");
  }
  if (!isDocument(change) && !Array.isArray(change)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  // MongoDB counts the stages of every pipeline, so that an unknown one fails more than its statement.
  if (Array.isArray(change)) checkStageNames(change);
  checkUpdateTypes(statement, NAMES);
  return statement;
}

/** `update`: changes, replaces or upserts documents. */
export const update: Command = {
  kind: 'write',
  fields: ['update', 'updates', 'ordered', 'stmtIds', 'bypassDocumentValidation', 'bypassEmptyTsReplacement', 'let'],
  allowedInTransaction: true,
  run: (request, view) => {
    const statements = request.arguments.documents('updates').map(readStatement);
    checkBatch(statements.length);
    checkStatementIds(request, statements.length);
    const namespace = namespaceOf(request);
    checkNamespace(namespace);
    const isOrdered = endsAtFailure(request);
    const errors: { readonly [name: string]: Literal }[] = [];
    const upserted: { index: number; _id: Literal }[] = [];
    const context = {
      view,
      variables: constantsOf(request.arguments.optionalDocument('let')),
      keepsEmptyTimestamps: request.arguments.flag('bypassEmptyTsReplacement'),
    };
    let matched = 0;
    let modified = 0;
    for (const [index, statement] of statements.entries()) {
      const isDone = attempt(index, errors, () => {
        if (isRetryable(request) && statement.flag('multi')) throw refusedRetry('multi=true');
        const outcome = underCollation(view, namespace, statement, () =>
          runUpdate(view, namespace, readUpdateStatement(namespace, statement, NAMES, context)),
        );
        matched += outcome.matched;
        modified += outcome.modified;
        if (outcome.upsertedId !== undefined) upserted.push({ index, _id: verbatim(outcome.upsertedId) });
      });
      if (!isDone && isOrdered) break;
    }
    return {
      n: matched + upserted.length,
      nModified: modified,
      ...(upserted.length > 0 ? { upserted } : {}),
      ...writeErrorsField(errors),
    };
  },
};
