import { verbatim, type Literal } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { isDocument } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { isVirtual } from '../../catalogue/views.ts';
import { readHint } from '../../plan/hint.ts';
import type { RecordQuery } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StoredRecord } from '../../store/records.ts';
import { parseUpdate } from '../../update/apply-update.ts';
import { aggregate } from '../reads/aggregate.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { underExplainedCollation } from '../collated.ts';
import { checkedByUuid, checkTarget } from '../collection-uuid.ts';
import type { Command, Reply, Request } from '../command.ts';
import { constantsOf, literalConstants } from '../constants.ts';
import { count, distinct, readCountQuery } from '../reads/count-and-distinct.ts';
import { deleteCommand, DELETE_STATEMENT_FIELDS } from '../writes/delete.ts';
import { explainAggregate, explainPipeline } from './explain-aggregate.ts';
import { explainStage, type ExplainStage } from './explain-plan.ts';
import { explainQuery, explainReply, type Explained, type Verbosity } from './explain-query.ts';
import { findAndModify } from '../writes/find-and-modify.ts';
import { readFindQuery } from '../reads/find-query.ts';
import { find } from '../reads/find.ts';
import { update, UPDATE_STATEMENT_FIELDS } from '../writes/update.ts';
import { stagesOf } from '../reads/view-reads.ts';

const EXPLAINABLE: Readonly<Record<string, Command>> = {
  find: checkedByUuid(find),
  aggregate: checkedByUuid(aggregate),
  count: checkedByUuid(count),
  distinct: checkedByUuid(distinct),
  update: checkedByUuid(update),
  delete: checkedByUuid(deleteCommand),
  findAndModify,
  findandmodify: findAndModify,
};

const VERBOSITIES: readonly Verbosity[] = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/**
 * `explain`: how a command finds its documents, and with more verbosity what that run read (manual: "explain",
 * "Explain Results"). An explained write finds its documents but changes nothing. Rejected plans are those through
 * other indexes that would have helped; this planner does not try them out.
 */
export const explain: Command = {
  kind: 'read',
  fields: ['explain', 'verbosity'],
  run: (request, view) => {
    const body = request.arguments.document('explain');
    const wanted = request.arguments.optionalText('verbosity') ?? 'allPlansExecution';
    const verbosity = VERBOSITIES.find((known) => known === wanted);
    if (verbosity === undefined) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${wanted}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    const named = body.get('$db');
    if (typeof named === 'string' && named !== request.database) {
      throw new CommandError(
        'InvalidNamespace',
        `Mismatched $db in explain command. Expected ${request.database} but got ${named}`,
      );
    }
    const name = body.firstName() ?? '';
    const command = EXPLAINABLE[name];
    if (command === undefined)
      throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
    const inner: Request = { ...request, name, body, arguments: readArguments(name, body, new Set(command.fields)) };
    checkTarget(inner, view);
    return underExplainedCollation(view, inner, () => explainRead(inner, view, verbosity));
  },
};

/** Queries on a view are the pipelines they come to. */
const QUERIES = new Set(['find', 'count', 'distinct']);

function explainRead(request: Request, view: View, verbosity: Verbosity): Reply {
  const { arguments: values, database, name } = request;
  if (name === 'aggregate') return explainAggregate(request, view, verbosity);
  if (QUERIES.has(name) && isVirtual(view, `${database}.${values.text(name)}`)) {
    const pipeline = stagesOf({
      filter: values.optionalDocument(name === 'find' ? 'filter' : 'query'),
      sort: name === 'find' ? values.optionalDocument('sort') : undefined,
      skip: values.count('skip'),
      limit: values.count('limit'),
      projection: name === 'find' ? values.optionalDocument('projection') : undefined,
    });
    return explainPipeline(request, view, { name: values.text(name), pipeline }, verbosity);
  }
  return explainReply(request, explainQuery(view, readExplained(request, view), verbosity));
}

const unchanged = (tree: ExplainStage): ExplainStage => tree;

function readExplained(request: Request, view: View): Explained {
  const { arguments: values, database } = request;
  const namespace = `${database}.${values.text(request.name)}`;
  const variables = constantsOf(values.optionalDocument('let'));
  switch (request.name) {
    case 'count':
      return {
        namespace,
        filter: values.optionalDocument('query'),
        query: readCountQuery(request, view),
        isCount: true,
        wrap: (tree, _records, counted) => {
          const counts = counted === undefined ? {} : { nCounted: counted };
          return tree.stage === 'RECORD_STORE_FAST_COUNT'
            ? explainStage(tree.stage, counts)
            : explainStage('COUNT', counts, tree);
        },
      };
    case 'distinct': {
      const filter = values.optionalDocument('query');
      const hint = readHint(view, namespace, values.value('hint'));
      return { namespace, filter, query: { filter: parseFilter(filter ?? NO_FIELDS), hint }, wrap: unchanged };
    }
    case 'update':
      return readUpdate(request, view, namespace);
    case 'delete': {
      const statement = onlyStatement(values, 'deletes', DELETE_STATEMENT_FIELDS);
      const filter = statement.document('q');
      const hint = readHint(view, namespace, statement.value('hint'));
      const limit = statement.count('limit') === 1 ? 1 : undefined;
      return {
        namespace,
        filter,
        query: { filter: parseFilter(filter, variables), hint, limit },
        wrap: explainDelete,
        wantsRecords: true,
      };
    }
    case 'findAndModify':
    case 'findandmodify':
      return readFindAndModify(request, view, namespace);
    default: {
      const projection = values.optionalDocument('projection');
      const isProjecting = projection?.firstName() !== undefined;
      return {
        namespace,
        filter: values.optionalDocument('filter'),
        query: readFindQuery(view, namespace, values, variables),
        wrap: (tree) =>
          isProjecting ? explainStage('PROJECTION_DEFAULT', { transformBy: verbatim(projection) }, tree) : tree,
      };
    }
  }
}

const NO_FIELDS = new Document(new Map());

function onlyStatement(values: Arguments, name: string, known: ReadonlySet<string>): Arguments {
  const [statement, second] = values.documents(name);
  if (statement === undefined || second !== undefined) {
    throw new CommandError('InvalidLength', 'explained write batches must be of size 1');
  }
  return readArguments(`${name === 'updates' ? 'update' : 'delete'}.${name}`, statement, known);
}

function explainDelete(tree: ExplainStage, records: readonly StoredRecord[] | undefined): ExplainStage {
  return explainStage('DELETE', records === undefined ? {} : { nWouldDelete: records.length }, tree);
}

function readUpdate({ arguments: values }: Request, view: View, namespace: string): Explained {
  const statement = onlyStatement(values, 'updates', UPDATE_STATEMENT_FIELDS);
  const variables = constantsOf(values.optionalDocument('let'));
  const filter = statement.document('q');
  const query: RecordQuery = {
    filter: parseFilter(filter, variables),
    sort: parseSort(statement.optionalDocument('sort')),
    limit: statement.flag('multi') ? undefined : 1,
    hint: readHint(view, namespace, statement.value('hint')),
  };
  const constants = literalConstants(statement.optionalDocument('c'), variables);
  const change = parseUpdate(statement.value('u') ?? null, statement.value('arrayFilters'), constants);
  return { namespace, filter, query, wrap: explainUpdate(change, query, statement.flag('upsert')), wantsRecords: true };
}

function explainUpdate(
  change: ReturnType<typeof parseUpdate>,
  query: RecordQuery,
  isUpsert: boolean,
): Explained['wrap'] {
  return (tree, records) => {
    if (records === undefined) return explainStage('UPDATE', {}, tree);
    const modified = records.filter(({ document }) => change.apply(document, query.filter) !== undefined).length;
    const fields: Record<string, Literal> = { nMatched: records.length, nWouldModify: modified };
    fields['nWouldUpsert'] = isUpsert && records.length === 0 ? 1 : 0;
    return explainStage('UPDATE', fields, tree);
  };
}

function readFindAndModify({ arguments: values, database }: Request, view: View, namespace: string): Explained {
  const catalogue = view.catalogue();
  if (![...catalogue.values(), ...catalogue.views.values()].some((entry) => entry.database === database)) {
    throw new CommandError('NamespaceNotFound', `database ${database} does not exist`);
  }
  const variables = constantsOf(values.optionalDocument('let'));
  const filter = values.optionalDocument('query');
  const query: RecordQuery = {
    filter: parseFilter(filter ?? NO_FIELDS, variables),
    sort: parseSort(values.optionalDocument('sort')),
    limit: 1,
    hint: readHint(view, namespace, values.value('hint')),
  };
  const change = values.value('update');
  const fields = values.optionalDocument('fields');
  const shaped =
    (wrap: Explained['wrap']): Explained['wrap'] =>
    (tree, records) => {
      const changed = wrap(tree, records);
      if (fields?.firstName() === undefined) return changed;
      return explainStage('PROJECTION_DEFAULT', { transformBy: verbatim(fields) }, changed);
    };
  if (values.flag('remove')) return { namespace, filter, query, wrap: shaped(explainDelete), wantsRecords: true };
  if (!isDocument(change) && !Array.isArray(change)) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
  }
  const parsed = parseUpdate(change, values.value('arrayFilters'), variables);
  const isUpsert = values.flag('upsert');
  return {
    namespace,
    filter,
    query,
    wrap: shaped(explainUpdate(parsed, query, isUpsert)),
    wantsRecords: true,
    answers: (found) => (found === 0 && isUpsert && values.flag('new') ? 1 : found),
  };
}
