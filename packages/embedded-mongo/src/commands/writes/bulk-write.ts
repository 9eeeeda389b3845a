import type { Variables } from '../../aggregation/expression.ts';
import { buildDocument, type Literal } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import type { Value } from '../../bson/value.ts';
import { ensureCollection } from '../../catalogue/collections.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { readHint } from '../../plan/hint.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord } from '../../store/records.ts';
import { fillEmptyTimestamps } from '../../update/empty-timestamps.ts';
import { toStorable } from '../../update/storable.ts';
import { constantsOf } from '../constants.ts';
import {
  BULK_UPDATE_NAMES,
  placeOperation,
  readNamespaces,
  readOperation,
  refuseSystem,
  type BulkOperation,
} from './bulk-operations.ts';
import { underCollation } from '../collated.ts';
import { isRetryable, type Command } from '../command.ts';
import { checkStatementIds } from './statement-ids.ts';
import { endsAtFailure, refusedRetry } from './write-errors.ts';
import { runDelete } from './delete.ts';
import { checkBatch } from './insert.ts';
import { listReply } from '../reads/list-reply.ts';
import { runUpdate } from './update-one.ts';
import { readUpdateStatement } from './update-statement.ts';

interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** What all operations of a command share. */
interface Run {
  readonly view: WriteView;
  readonly totals: Totals;
  readonly variables: Variables;
  readonly keepsEmptyTimestamps: boolean;
  readonly isRetryable: boolean;
}

/** What one operation answers when the client asked for every result. */
type OperationResult = { readonly [name: string]: Literal };

/** `bulkWrite`: inserts, updates and deletes over several namespaces in one command. */
export const bulkWrite: Command = {
  kind: 'write',
  fields: [
    'bulkWrite',
    'ops',
    'nsInfo',
    'ordered',
    'stmtIds',
    'errorsOnly',
    'bypassDocumentValidation',
    'bypassEmptyTsReplacement',
    'let',
    'cursor',
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values } = request;
    if (request.database !== 'admin') {
      throw new CommandError('Unauthorized', 'bulkWrite may only be run against the admin database.');
    }
    const documents = values.documents('ops');
    const entries = values.documents('nsInfo');
    const read = documents.map((operation) => [operation, readOperation(operation)] as const);
    checkBatch(read.length);
    checkStatementIds(request, read.length);
    const namespaces = readNamespaces(entries);
    const operations = read.map(([document, operation]) => placeOperation(document, operation, namespaces));
    const isOrdered = endsAtFailure(request);
    const isErrorsOnly = values.flag('errorsOnly');
    const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const run: Run = {
      view,
      totals,
      variables: constantsOf(values.optionalDocument('let')),
      keepsEmptyTimestamps: values.flag('bypassEmptyTsReplacement'),
      isRetryable: isRetryable(request),
    };
    const results: Document[] = [];
    for (const [idx, operation] of operations.entries()) {
      const result = runOperation(run, operation);
      if (result['ok'] === 0 || !isErrorsOnly) results.push(resultDocument(idx, result));
      if (result['ok'] === 0 && isOrdered) break;
    }
    return { ...listReply(request, 'admin.$cmd.bulkWrite', results), ...totals };
  },
};

/** `ok` and `n` come in MongoDB's order and, as there, `ok` is a double. */
function resultDocument(idx: number, { ok, ...result }: OperationResult): Document {
  const document = new Document(new Map<string, Value>([['ok', typeof ok === 'number' ? ok : 1]]));
  for (const [name, value] of buildDocument({ idx, ...result }).entries()) document.fields.set(name, value);
  return document;
}

function runOperation(run: Run, operation: BulkOperation): OperationResult {
  const { totals } = run;
  try {
    refuseSystem(operation.namespace);
    if (run.isRetryable && operation.values.flag('multi')) throw refusedRetry('multi=true');
    if (operation.kind === 'insert') return runInsert(run, operation);
    if (operation.kind === 'update') return runUpdateOperation(run, operation);
    return runDeleteOperation(run, operation);
  } catch (error) {
    if (!(error instanceof CommandError) || error.labels.length > 0) throw error;
    totals.nErrors += 1;
    return { ok: 0, code: error.code, errmsg: error.message, ...Object.fromEntries(error.fields), n: 0 };
  }
}

function runInsert({ view, totals, keepsEmptyTimestamps }: Run, { namespace, values }: BulkOperation): OperationResult {
  const given = values.document('document');
  const document = keepsEmptyTimestamps ? given : fillEmptyTimestamps(given);
  insertRecord(view, ensureCollection(view, namespace), toStorable(document));
  totals.nInserted += 1;
  return { ok: 1, n: 1 };
}

function runUpdateOperation(run: Run, { namespace, values }: BulkOperation): OperationResult {
  const { view, totals } = run;
  const outcome = underCollation(view, namespace, values, () =>
    runUpdate(view, namespace, readUpdateStatement(namespace, values, BULK_UPDATE_NAMES, run)),
  );
  const isUpserted = outcome.upsertedId !== undefined;
  totals.nMatched += outcome.matched;
  totals.nModified += outcome.modified;
  if (isUpserted) totals.nUpserted += 1;
  const upserted = isUpserted ? { upserted: new Document(new Map([['_id', outcome.upsertedId ?? null]])) } : {};
  return { ok: 1, n: outcome.matched + (isUpserted ? 1 : 0), nModified: outcome.modified, ...upserted };
}

function runDeleteOperation({ view, totals, variables }: Run, { namespace, values }: BulkOperation): OperationResult {
  const deleted = underCollation(view, namespace, values, () => {
    const hint = readHint(view, namespace, values.value('hint'));
    const filter = parseFilter(values.document('filter'), variables);
    return runDelete(view, namespace, filter, !values.flag('multi'), hint);
  });
  totals.nDeleted += deleted;
  return { ok: 1, n: deleted };
}
