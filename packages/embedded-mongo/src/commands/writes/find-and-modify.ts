import { inScope } from '../../aggregation/variable-scope.ts';
import { verbatim } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { checkNamespace, ensureCollection, findCollection } from '../../catalogue/collections.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { readHint, type Hint } from '../../plan/hint.ts';
import type { Filter } from '../../query/filter.ts';
import { matchedPosition } from '../../query/matched-position.ts';
import { findRecords } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseProjection } from '../../query/projection.ts';
import { parseSort, type SortField } from '../../query/sort.ts';
import { CommandError, inContext } from '../../server/command-error.ts';
import { deleteRecord } from '../../store/records.ts';
import { parseUpdate } from '../../update/apply-update.ts';
import { fillReplacement } from '../../update/empty-timestamps.ts';
import { constantsOf } from '../constants.ts';
import { namespaceOf, type Command, type Reply, type Request } from '../command.ts';
import { checkStatementIds } from './statement-ids.ts';
import { runUpdate } from './update-one.ts';

/** `findAndModify`: changes or removes one document and returns it. */
export const findAndModify: Command = {
  kind: 'write',
  fields: [
    'findAndModify',
    'findandmodify',
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'bypassEmptyTsReplacement',
    'arrayFilters',
    'hint',
    'collation',
    'let',
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const values = request.arguments;
    const namespace = namespaceOf(request);
    checkNamespace(namespace);
    checkStatementIds(request, 1);
    const hint = readHint(view, namespace, values.value('hint'));
    const variables = constantsOf(values.optionalDocument('let'));
    const filter = parseFilter(values.optionalDocument('query') ?? new Document(new Map()), variables);
    const sort = parseSort(values.optionalDocument('sort'));
    if ((values.value('arrayFilters') ?? null) !== null) values.documents('arrayFilters');
    const shape = readShape(request, filter);
    const hasUpdate = values.value('update') !== undefined;
    if (values.flag('remove')) {
      if (hasUpdate) throw new CommandError('FailedToParse', 'Cannot specify both an update and remove=true');
      return removeOne(request, view, namespace, { filter, sort, hint, shape });
    }
    if (!hasUpdate) throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
    return updateOne(request, view, namespace, { filter, sort, hint, shape });
  },
};

interface Choice {
  readonly filter: Filter;
  readonly sort: readonly SortField[];
  readonly hint: Hint | undefined;
  /** What is shown of the document. */
  readonly shape: (document: Document) => Document;
}

function removeOne(request: Request, view: WriteView, namespace: string, choice: Choice): Reply {
  const values = request.arguments;
  if (values.flag('upsert')) throw new CommandError('FailedToParse', 'Cannot specify both upsert=true and remove=true');
  if (values.flag('new'))
    throw new CommandError(
      'FailedToParse',
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  if (values.value('arrayFilters') !== undefined)
    throw new CommandError('FailedToParse', 'Cannot specify arrayFilters and remove=true');
  const collection = findCollection(view, namespace);
  if (collection === undefined) return { lastErrorObject: { n: 0 }, value: null };
  const record = executing(() => {
    const [found] = findRecords(view, collection, { ...choice, limit: 1 });
    if (found !== undefined) deleteRecord(view, collection, found);
    return found;
  });
  if (record === undefined) return { lastErrorObject: { n: 0 }, value: null };
  return { lastErrorObject: { n: 1 }, value: choice.shape(record.document) };
}

/** Runs what MongoDB's plan executor would do; its failures say so. */
function executing<T>(run: () => T): T {
  return inContext('Plan executor error during findAndModify', run);
}

function updateOne(request: Request, view: WriteView, namespace: string, choice: Choice): Reply {
  const values = request.arguments;
  const change = values.value('update');
  if (Array.isArray(change) && values.value('arrayFilters') !== undefined)
    throw new CommandError('FailedToParse', 'Cannot specify arrayFilters and a pipeline update');
  const update = parseUpdate(
    (values.flag('bypassEmptyTsReplacement') ? change : fillReplacement(change)) ?? null,
    values.value('arrayFilters'),
    constantsOf(values.optionalDocument('let')),
  );
  const isUpsert = values.flag('upsert');
  if (isUpsert) ensureCollection(view, namespace);
  else findCollection(view, namespace);
  const outcome = executing(() => runUpdate(view, namespace, { ...choice, update, isMulti: false, isUpsert }));
  const shown = values.flag('new') ? outcome.after : outcome.before;
  return {
    lastErrorObject: {
      n: outcome.matched + (outcome.upsertedId === undefined ? 0 : 1),
      updatedExisting: outcome.matched > 0,
      upserted: outcome.upsertedId === undefined ? undefined : verbatim(outcome.upsertedId),
    },
    value: shown === undefined ? null : choice.shape(shown),
  };
}

/** Reads the projection before anything is written, so that a wrong one fails whatever matches. */
function readShape({ arguments: values }: Request, filter: Filter): Choice['shape'] {
  const projection = values.optionalDocument('fields');
  if (projection === undefined || projection.firstName() === undefined) return (document) => document;
  const variables = constantsOf(values.optionalDocument('let'));
  const apply = inScope(variables, () => parseProjection(projection));
  if (values.flag('new') && [...projection.entries()].some(([path]) => path.endsWith('.$'))) {
    throw new CommandError('BadValue', 'cannot use a positional projection and return the new document');
  }
  return (document) => executing(() => apply(document, () => matchedPosition(filter, document), variables));
}
