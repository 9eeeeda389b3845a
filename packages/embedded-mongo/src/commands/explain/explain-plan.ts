import type { Literal } from '../../bson/build-document.ts';
import { verbatim } from '../../bson/build-document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isRegex, typeName, type Value } from '../../bson/value.ts';
import type { IndexEntry } from '../../catalogue/entries.ts';
import type { Plan } from '../../plan/choose-plan.ts';
import type { QueryPlan } from '../../plan/plan-query.ts';
import { literalPrefix } from '../../query/compile-regex.ts';
import type { Predicate } from '../../query/filter.ts';
import type { RecordQuery } from '../../query/find-records.ts';

/** One stage of a plan as explain shows it. */
export interface ExplainStage {
  readonly stage: string;
  readonly fields: Readonly<Record<string, Literal>>;
  readonly inputs: readonly ExplainStage[];
}

/** A stage of a plan over others. */
export function explainStage(
  stage: string,
  fields: Readonly<Record<string, Literal>> = {},
  ...inputs: readonly ExplainStage[]
): ExplainStage {
  return { stage, fields, inputs };
}

/** How the records of a query are reached, ordered and cut, as the tree of stages of MongoDB's `winningPlan`. */
export function explainAccess(plan: QueryPlan, query: RecordQuery, filter: Literal): ExplainStage {
  const { sort = [], skip = 0, limit } = query;
  let tree = explainSource(plan, filter);
  if (!plan.isSorted) {
    const sortPattern = Object.fromEntries(sort.map(({ path, isDescending }) => [path, isDescending ? -1 : 1]));
    const limited = limit === undefined ? {} : { limitAmount: skip + limit };
    tree = explainStage('SORT', { sortPattern, type: 'simple', ...limited }, tree);
  }
  if (skip > 0) tree = explainStage('SKIP', { skipAmount: skip }, tree);
  return limit === undefined ? tree : explainStage('LIMIT', { limitAmount: limit }, tree);
}

function explainSource({ plans }: QueryPlan, filter: Literal): ExplainStage {
  const [only, second] = plans;
  if (only === undefined) return explainStage('EOF');
  if (second !== undefined) {
    return explainStage('FETCH', { filter }, explainStage('OR', {}, ...plans.flatMap((plan) => explainIndex(plan))));
  }
  const [source] = explainIndex(only);
  if (source === undefined) {
    return explainStage('COLLSCAN', { filter, direction: only.isReverse ? 'backward' : 'forward' });
  }
  if (only.index?.text !== undefined) return explainText(only, filter);
  if (only.mergedBy === undefined) return explainStage('FETCH', { filter }, source);
  const sortPattern = Object.fromEntries(only.mergedBy.map(({ path, isDescending }) => [path, isDescending ? -1 : 1]));
  return explainStage('FETCH', { filter }, explainStage('SORT_MERGE', { sortPattern }, source));
}

function explainText({ index, ranges }: Plan, filter: Literal): ExplainStage {
  const scan = explainStage('IXSCAN', {
    keyPattern: index?.document.get('key'),
    indexName: index?.name,
    isMultiKey: index?.isMultikey,
    direction: 'forward',
    // A key of a text index is its term after the type and before the end of the text.
    terms: ranges.map(({ low }) => low.toString('utf8', 1, low.length - 2)),
  });
  return explainStage(
    'TEXT_MATCH',
    { indexName: index?.name, textIndexVersion: 3, filter },
    explainStage('FETCH', {}, scan),
  );
}

/** The scan of a plan's index; none when the plan reads the whole collection. */
export function explainIndex({ index, isReverse, narrowedBy = [] }: Plan, stage = 'IXSCAN'): readonly ExplainStage[] {
  if (index === undefined) return [];
  const bounds = index.fields.map(({ path }, at): [string, Literal] => [path, boundsOf(narrowedBy[at] ?? [], index)]);
  return [
    explainStage(stage, {
      keyPattern: index.document.get('key'),
      indexName: index.name,
      collation: index.fields[0]?.collation?.document,
      isMultiKey: index.isMultikey,
      isUnique: index.isUnique,
      isSparse: index.isSparse,
      isPartial: index.partialFilter !== undefined,
      indexVersion: 2,
      direction: isReverse ? 'backward' : 'forward',
      indexBounds: Object.fromEntries(bounds),
    }),
  ];
}

const EVERYTHING = '[MinKey, MaxKey]';

/** The bounds of one field. On an array only one of several conditions narrows the scan, so all are shown apart. */
function boundsOf(predicates: readonly Predicate[], index: IndexEntry): readonly string[] {
  const low = predicates.find(({ name }) => name === '$gt' || name === '$gte');
  const high = predicates.find(({ name }) => name === '$lt' || name === '$lte');
  if (low !== undefined && high !== undefined && predicates.length === 2 && !index.isMultikey) {
    const [open, close] = [low.name === '$gt' ? '(' : '[', high.name === '$lt' ? ')' : ']'];
    return [`${open}${formatValue(low.operand)}, ${formatValue(high.operand)}${close}`];
  }
  const shown = predicates.flatMap(boundsOfOne);
  return shown.length === 0 ? [EVERYTHING] : shown;
}

function boundsOfOne({ name, operand }: Predicate): readonly string[] {
  const value = formatValue(operand);
  switch (name) {
    case '$eq':
      return [`[${value}, ${value}]`];
    case '$in':
      return Array.isArray(operand) ? operand.map((item) => `[${formatValue(item)}, ${formatValue(item)}]`) : [];
    case '$gt':
      return [`(${value}, ${highest(operand)}`];
    case '$gte':
      return [`[${value}, ${highest(operand)}`];
    case '$lt':
      return [`${lowest(operand)}, ${value})`];
    case '$lte':
      return [`${lowest(operand)}, ${value}]`];
    case '$regex': {
      const prefix = isRegex(operand) ? literalPrefix(operand) : '';
      return [prefix === '' ? '["", {})' : `["${prefix}", "${prefix}\uFFFF")`, `[${value}, ${value}]`];
    }
    default:
      return [];
  }
}

const NUMERIC = new Set(['int', 'long', 'double', 'decimal']);

function highest(operand: Value): string {
  const type = typeName(operand);
  if (NUMERIC.has(type)) return 'inf.0]';
  if (type === 'string') return '{})';
  return type === 'date' ? 'new Date(9223372036854775807)]' : 'MaxKey]';
}

function lowest(operand: Value): string {
  const type = typeName(operand);
  if (NUMERIC.has(type)) return '[-inf.0';
  if (type === 'string') return '[""';
  return type === 'date' ? '(true' : '[MinKey';
}

/** A stage and those below it as a literal; with counts it also tells what each of them returned and read. */
export function describeStage(stage: ExplainStage, counts?: ExplainCounts): Literal {
  const inputs = stage.inputs.map((input) => describeStage(input, counts));
  const [only, second] = inputs;
  return {
    stage: stage.stage,
    ...stage.fields,
    ...(counts === undefined ? {} : countsOf(stage, counts)),
    ...(only !== undefined && second === undefined ? { inputStage: only } : {}),
    ...(second === undefined ? {} : { inputStages: inputs }),
  };
}

/** What one run of a query returned and read. */
export interface ExplainCounts {
  readonly returned: number;
  readonly keys: number;
  readonly documents: number;
}

function countsOf({ stage }: ExplainStage, { returned, keys, documents }: ExplainCounts): Record<string, Literal> {
  const isScan = stage === 'IXSCAN' || stage === 'COUNT_SCAN';
  return {
    nReturned: isScan ? keys : returned,
    executionTimeMillisEstimate: 0,
    isEOF: 1,
    ...(isScan ? { keysExamined: keys } : {}),
    ...(stage === 'FETCH' || stage === 'COLLSCAN' ? { docsExamined: documents } : {}),
  };
}

/** A filter as sent, for `parsedQuery`. */
export function shownFilter(filter: Value | undefined): Literal {
  return filter === undefined ? {} : verbatim(filter);
}
