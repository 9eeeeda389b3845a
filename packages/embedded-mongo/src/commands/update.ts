import { verbatim, type Literal } from '../bson/build-document.ts';
import type { Variables } from '../aggregation/expression.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { checkNamespace } from '../catalogue/collections.ts';
import { readHint } from '../plan/hint.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { parseSort } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import { parseUpdate } from '../update/apply-update.ts';
import { constantsOf } from './constants.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { underCollation } from './collated.ts';
import { namespaceOf, type Command } from './command.ts';
import { checkBatch } from './insert.ts';
import { runUpdate, type UpdateStatement } from './update-one.ts';
import { attempt, writeErrorsField } from './write-errors.ts';

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

function parseStatement(view: View, namespace: string, statement: Arguments, variables: Variables): UpdateStatement {
  const isMulti = statement.flag('multi');
  const sort = parseSort(statement.optionalDocument('sort'));
  if (isMulti && sort.length > 0) throw new CommandError('FailedToParse', 'Cannot specify sort with multi=true');
  return {
    filter: parseFilter(statement.document('q'), variables),
    update: parseUpdate(
      statement.value('u') ?? null,
      statement.value('arrayFilters'),
      constantsOf(statement.optionalDocument('c'), variables),
    ),
    isMulti,
    isUpsert: statement.flag('upsert'),
    sort,
    hint: readHint(view, namespace, statement.value('hint')),
  };
}

/** `update`: changes, replaces or upserts documents. */
export const update: Command = {
  kind: 'write',
  fields: ['update', 'updates', 'ordered', 'bypassDocumentValidation', 'let'],
  allowedInTransaction: true,
  run: (request, view) => {
    const statements = request.arguments
      .documents('updates')
      .map((document) => readArguments('update.updates', document, UPDATE_STATEMENT_FIELDS));
    checkBatch(statements.length);
    const namespace = namespaceOf(request);
    checkNamespace(namespace);
    const isOrdered = request.arguments.value('ordered') !== false;
    const errors: { readonly [name: string]: Literal }[] = [];
    const upserted: { index: number; _id: Literal }[] = [];
    const variables = constantsOf(request.arguments.optionalDocument('let'));
    let matched = 0;
    let modified = 0;
    for (const [index, statement] of statements.entries()) {
      const isDone = attempt(index, errors, () => {
        const outcome = underCollation(view, namespace, statement, () =>
          runUpdate(view, namespace, parseStatement(view, namespace, statement, variables)),
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
