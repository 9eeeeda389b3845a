import { documentsOf, leadingQuery } from '../../aggregation/leading-query.ts';
import { inScope } from '../../aggregation/variable-scope.ts';
import { parsePipeline } from '../../aggregation/pipeline.ts';
import type { Stage, StageContext } from '../../aggregation/stage.ts';
import { verbatim, type Literal } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { findView } from '../../catalogue/views.ts';
import { findRecords } from '../../query/find-records.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Reply, Request } from '../command.ts';
import { constantsOf } from '../constants.ts';
import { explainQuery, explainReply, type Verbosity } from './explain-query.ts';

const WRITING = new Set(['$out', '$merge']);

/**
 * Explains an aggregation: the part the planner answers as a query, and every further stage, with how many documents
 * it returned when the pipeline is run. Pipelines that write are explained but never run.
 */
export function explainAggregate(request: Request, view: View, verbosity: Verbosity): Reply {
  const { arguments: values } = request;
  return explainPipeline(
    request,
    view,
    { name: values.text('aggregate'), pipeline: values.list('pipeline') },
    verbosity,
  );
}

/** A pipeline and the collection or view it starts from. */
interface Source {
  readonly name: string;
  readonly pipeline: readonly Value[];
}

/** Explains the pipeline that a command comes to. */
export function explainPipeline(request: Request, view: View, source: Source, verbosity: Verbosity): Reply {
  const isRun = verbosity !== 'queryPlanner';
  const { arguments: values, database } = request;
  const { name, pipeline } = resolveViews(view, database, source);
  const variables = constantsOf(values.optionalDocument('let'));
  const stages = inScope(variables, () => parseExplained(pipeline));
  if (stages[0]?.source !== undefined) {
    throw new CommandError(
      'BadValue',
      'A pipeline that does not start from documents of a collection cannot be explained',
    );
  }
  if (isRun && stages.some(({ sent }) => WRITING.has(sent?.firstName() ?? ''))) {
    throw new CommandError('BadValue', 'explain cannot run a pipeline with $out or $merge; use queryPlanner');
  }
  const context: StageContext = { view, database, variables };
  const namespace = `${database}.${name}`;
  const leading = leadingQuery(stages, context, { namespace, value: values.value('hint') });
  const explained = { namespace, filter: filterOf(stages), query: leading.query, wrap: unchanged };
  const cursor = explainQuery(view, explained, verbosity);
  // A limit the query has already kept is part of it.
  const isWhole = leading.rest.length === 0 || (leading.rest.length === 1 && leading.query.limit !== undefined);
  if (isWhole) return explainReply(request, cursor);
  const collection = findCollection(view, namespace);
  const documents = collection === undefined ? [] : documentsOf(findRecords(view, collection, leading.query));
  const returned = isRun ? runCounting(documents, leading.rest, context) : [];
  const described = leading.rest.map((stage, at): Literal => {
    const counts = isRun ? { nReturned: BigInt(returned[at] ?? 0), executionTimeMillisEstimate: 0n } : {};
    return { ...shownStage(stage), ...counts };
  });
  return explainReply(request, { stages: [{ $cursor: cursor }, ...described] });
}

/** Parses a pipeline of which a last stage that writes is only shown. */
function parseExplained(pipeline: readonly Value[]): readonly Stage[] {
  const last = pipeline.at(-1);
  if (!isDocument(last) || !WRITING.has(last.firstName() ?? '')) return parsePipeline([...pipeline]);
  return [...parsePipeline(pipeline.slice(0, -1)), { sent: last, run: (input) => input }];
}

function shownStage({ sent, match, limit }: Stage): Readonly<Record<string, Literal>> {
  if (sent === undefined) return match === undefined ? { $limit: limit } : { $match: match };
  return Object.fromEntries([...sent.entries()].map(([key, value]) => [key, verbatim(value)]));
}

function unchanged<T>(tree: T): T {
  return tree;
}

function filterOf(stages: readonly Stage[]): Document | undefined {
  const filters: Document[] = [];
  for (const { match } of stages) {
    if (match === undefined) break;
    filters.push(match);
  }
  return filters.length > 1 ? new Document(new Map([['$and', filters]])) : filters[0];
}

function resolveViews(view: View, database: string, { name, pipeline }: Source): Source {
  const definition = findView(view, `${database}.${name}`);
  if (definition === undefined) return { name, pipeline };
  return resolveViews(view, database, { name: definition.viewOn, pipeline: [...definition.pipeline, ...pipeline] });
}

/** Runs stages to their end and tells how many documents each of them returned. */
function runCounting(input: Iterable<Document>, stages: readonly Stage[], context: StageContext): readonly number[] {
  const counts = stages.map(() => 0);
  let documents = input;
  for (const [at, stage] of stages.entries()) documents = counting(stage.run(documents, context), counts, at);
  const iterator = documents[Symbol.iterator]();
  while (iterator.next().done !== true);
  return counts;
}

function* counting(documents: Iterable<Document>, counts: number[], at: number): Generator<Document> {
  for (const document of documents) {
    counts[at] = (counts[at] ?? 0) + 1;
    yield document;
  }
}
