import type { Literal } from '../../bson/build-document.ts';
import type { Variables } from '../../aggregation/expression.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { toDouble } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { int, isNumber } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import type { Filter } from '../../query/filter.ts';
import { readHint, type Hint } from '../../plan/hint.ts';
import { findRecords } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { deleteRecord } from '../../store/records.ts';
import { constantsOf } from '../constants.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { underCollation } from '../collated.ts';
import { isRetryable, namespaceOf, type Command } from '../command.ts';
import { checkBatch } from './insert.ts';
import { checkStatementIds } from './statement-ids.ts';
import { checkChoiceTypes } from './update-statement.ts';
import { attempt, endsAtFailure, refusedRetry, writeErrorsField } from './write-errors.ts';

/** The fields of one entry of `deletes`. */
export const DELETE_STATEMENT_FIELDS = new Set(['q', 'limit', 'hint', 'collation']);

function runStatement(view: WriteView, namespace: string, statement: Arguments, variables: Variables): number {
  const hint = readHint(view, namespace, statement.value('hint'));
  const isOne = isEqual(statement.value('limit'), int(1));
  return runDelete(view, namespace, parseFilter(statement.document('q'), variables), isOne, hint);
}

/** Reads one entry of `deletes`; what is malformed fails the whole command. */
function readStatement(document: Document): Arguments {
  const statement = readArguments('delete.deletes', document, DELETE_STATEMENT_FIELDS);
  statement.document('q');
  const limit = statement.value('limit');
  if (limit === undefined) {
    throw new CommandError(40_414, "BSON field 'delete.deletes.limit' is missing but a required field");
  }
  if (!isNumber(limit)) {
    throw wrongFieldType('delete.deletes.limit', limit, 'int', 'decimal', 'double', 'long');
  }
  if (!isEqual(limit, int(0)) && !isEqual(limit, int(1))) {
    throw new CommandError(
      'FailedToParse',
      `The limit field in delete objects must be 0 or 1. Got ${String(toDouble(limit))}`,
    );
  }
  checkChoiceTypes(statement);
  return statement;
}

/** Deletes the first or all matching documents and returns how many. */
export function runDelete(view: WriteView, namespace: string, filter: Filter, isOne: boolean, hint?: Hint): number {
  const collection = findCollection(view, namespace);
  if (collection === undefined) return 0;
  const records = [...findRecords(view, collection, { filter, hint, limit: isOne ? 1 : undefined })];
  for (const record of records) deleteRecord(view, collection, record);
  return records.length;
}

/** `delete`: removes documents. */
export const deleteCommand: Command = {
  kind: 'write',
  fields: ['delete', 'deletes', 'ordered', 'stmtIds', 'let'],
  allowedInTransaction: true,
  run: (request, view) => {
    const statements = request.arguments.documents('deletes').map(readStatement);
    checkBatch(statements.length);
    checkStatementIds(request, statements.length);
    const namespace = namespaceOf(request);
    const isOrdered = endsAtFailure(request);
    const errors: { readonly [name: string]: Literal }[] = [];
    const variables = constantsOf(request.arguments.optionalDocument('let'));
    let deleted = 0;
    for (const [index, statement] of statements.entries()) {
      const isDone = attempt(index, errors, () => {
        if (isRetryable(request) && isEqual(statement.value('limit'), int(0))) throw refusedRetry('limit=0');
        deleted += underCollation(view, namespace, statement, () =>
          runStatement(view, namespace, statement, variables),
        );
      });
      if (!isDone && isOrdered) break;
    }
    return { n: deleted, ...writeErrorsField(errors) };
  },
};
