import type { Variables } from '../aggregation/expression.ts';
import { buildDocument, type Literal } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { toInteger } from '../bson/arithmetic.ts';
import { checkNamespace, ensureCollection } from '../catalogue/collections.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { readHint } from '../plan/hint.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { parseSort } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import { insertRecord } from '../store/records.ts';
import { parseUpdate } from '../update/apply-update.ts';
import { toStorable } from '../update/storable.ts';
import { constantsOf } from './constants.ts';
import { readArguments } from './arguments.ts';
import { underCollation } from './collated.ts';
import type { Command } from './command.ts';
import { runDelete } from './delete.ts';
import { cursorReply } from './find.ts';
import { checkBatch } from './insert.ts';
import { runUpdate } from './update-one.ts';

const NAMESPACE_FIELDS = new Set(['ns', 'collectionUUID', 'encryptionInformation']);
const INSERT_FIELDS = new Set(['insert', 'document']);
const UPDATE_FIELDS = new Set([
  'update',
  'filter',
  'updateMods',
  'multi',
  'upsert',
  'arrayFilters',
  'hint',
  'sort',
  'collation',
  'constants',
]);
const DELETE_FIELDS = new Set(['delete', 'filter', 'multi', 'hint', 'collation']);

interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** What one operation answers when the client asked for every result. */
type OperationResult = { readonly [name: string]: Literal };

/** `bulkWrite`: inserts, updates and deletes over several namespaces in one command. */
export const bulkWrite: Command = {
  kind: 'write',
  fields: ['bulkWrite', 'ops', 'nsInfo', 'ordered', 'errorsOnly', 'bypassDocumentValidation', 'let', 'cursor'],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values, cursors, owner } = request;
    const operations = values.documents('ops');
    checkBatch(operations.length);
    const namespaces = values.documents('nsInfo').map((entry) => {
      const namespace = readArguments('bulkWrite.nsInfo', entry, NAMESPACE_FIELDS).text('ns');
      checkNamespace(namespace);
      return namespace;
    });
    const isOrdered = values.value('ordered') !== false;
    const isErrorsOnly = values.flag('errorsOnly');
    const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const variables = constantsOf(values.optionalDocument('let'));
    const results: Document[] = [];
    for (const [idx, operation] of operations.entries()) {
      const result = runOperation(view, operation, namespaces, totals, variables);
      if (result['ok'] === 0 || !isErrorsOnly) results.push(resultDocument(idx, result));
      if (result['ok'] === 0 && isOrdered) break;
    }
    const batch = cursors.open('admin.$cmd.bulkWrite', owner, results, {
      batchSize: Number.POSITIVE_INFINITY,
      isSingleBatch: false,
    });
    return { ...cursorReply('admin.$cmd.bulkWrite', 'firstBatch', batch), ...totals };
  },
};

function resultDocument(idx: number, { ok, ...result }: OperationResult): Document {
  const document = buildDocument({ idx, ...result });
  document.fields.set('ok', typeof ok === 'number' ? ok : 1);
  return document;
}

function runOperation(
  view: WriteView,
  operation: Document,
  namespaces: readonly string[],
  totals: Totals,
  variables: Variables,
): OperationResult {
  try {
    const kind = operation.firstName();
    const position = toInteger(operation.get(kind ?? '') ?? null);
    const namespace = position === undefined ? undefined : namespaces[Number(position)];
    if (namespace === undefined) throw new CommandError('BadValue', 'BulkWrite ops entry names a missing nsInfo entry');
    if (kind === 'insert') return runInsert(view, operation, namespace, totals);
    if (kind === 'update') return runUpdateOperation(view, operation, namespace, totals, variables);
    if (kind === 'delete') return runDeleteOperation(view, operation, namespace, totals, variables);
    throw new CommandError('FailedToParse', `Unrecognized bulkWrite operation: ${kind ?? ''}`);
  } catch (error) {
    if (!(error instanceof CommandError) || error.labels.length > 0) throw error;
    totals.nErrors += 1;
    return { ok: 0, code: error.code, errmsg: error.message, ...Object.fromEntries(error.fields), n: 0 };
  }
}

function runInsert(view: WriteView, operation: Document, namespace: string, totals: Totals): OperationResult {
  const document = readArguments('bulkWrite.ops', operation, INSERT_FIELDS).document('document');
  insertRecord(view, ensureCollection(view, namespace), toStorable(document));
  totals.nInserted += 1;
  return { ok: 1, n: 1 };
}

function runUpdateOperation(
  view: WriteView,
  operation: Document,
  namespace: string,
  totals: Totals,
  variables: Variables,
): OperationResult {
  const values = readArguments('bulkWrite.ops', operation, UPDATE_FIELDS);
  const outcome = underCollation(view, namespace, values, () =>
    runUpdate(view, namespace, {
      hint: readHint(view, namespace, values.value('hint')),
      filter: parseFilter(values.document('filter'), variables),
      update: parseUpdate(
        values.value('updateMods') ?? null,
        values.value('arrayFilters'),
        constantsOf(values.optionalDocument('constants'), variables),
      ),
      isMulti: values.flag('multi'),
      isUpsert: values.flag('upsert'),
      sort: parseSort(values.optionalDocument('sort')),
    }),
  );
  const isUpserted = outcome.upsertedId !== undefined;
  totals.nMatched += outcome.matched;
  totals.nModified += outcome.modified;
  if (isUpserted) totals.nUpserted += 1;
  const upserted = isUpserted ? { upserted: new Document(new Map([['_id', outcome.upsertedId ?? null]])) } : {};
  return { ok: 1, n: outcome.matched + (isUpserted ? 1 : 0), nModified: outcome.modified, ...upserted };
}

function runDeleteOperation(
  view: WriteView,
  operation: Document,
  namespace: string,
  totals: Totals,
  variables: Variables,
): OperationResult {
  const values = readArguments('bulkWrite.ops', operation, DELETE_FIELDS);
  const deleted = underCollation(view, namespace, values, () => {
    const hint = readHint(view, namespace, values.value('hint'));
    const filter = parseFilter(values.document('filter'), variables);
    return runDelete(view, namespace, filter, !values.flag('multi'), hint);
  });
  totals.nDeleted += deleted;
  return { ok: 1, n: deleted };
}
