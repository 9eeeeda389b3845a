import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { findCollection } from '../catalogue/collections.ts';
import { findRecords } from '../query/find-records.ts';
import type { Filter } from '../query/filter.ts';
import { conjunction, parseFilter } from '../query/parse-filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { RunCollection, Stage, StageContext, StageParser, StageTools } from './stage.ts';
import { GROUPING_STAGES } from './stages/grouping.ts';
import { JOINING_STAGES } from './stages/joining.ts';
import { SELECTING_STAGES, sortDocuments } from './stages/selecting.ts';
import { SHAPING_STAGES } from './stages/shaping.ts';

const STAGES: ReadonlyMap<string, StageParser> = new Map([
  ...SELECTING_STAGES,
  ...SHAPING_STAGES,
  ...GROUPING_STAGES,
  ...JOINING_STAGES,
]);

/** Parses a pipeline; an unknown stage is refused with 40324. */
export function parsePipeline(stages: Value): readonly Stage[] {
  if (!Array.isArray(stages)) throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  return stages.map((stage) => {
    if (!isDocument(stage))
      throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
    const [entry, second] = [...stage.entries()];
    if (entry === undefined || second !== undefined) {
      throw new CommandError(40_323, 'A pipeline stage specification object must contain exactly one field.');
    }
    const parse = STAGES.get(entry[0]);
    if (parse === undefined) throw new CommandError(40_324, `Unrecognized pipeline stage name: '${entry[0]}'`);
    return parse(entry[1], TOOLS);
  });
}

/** Runs stages over documents, lazily; a sort followed by a limit keeps no more than the limit in memory. */
function runStages(input: Iterable<Document>, stages: readonly Stage[], context: StageContext): Iterable<Document> {
  let documents = input;
  for (const [position, stage] of stages.entries()) {
    const limit = stages[position + 1]?.limit;
    documents =
      stage.sort !== undefined && limit !== undefined
        ? sortDocuments(documents, stage.sort, limit)
        : stage.run(documents, context);
  }
  return documents;
}

/** Runs a pipeline over a collection; its leading match, sort and limit go through the planner. */
export const runCollection: RunCollection = (name, stages, context) => {
  const collection = findCollection(context.view, `${context.database}.${name}`);
  if (collection === undefined) return runStages([], stages, context);
  const filters: Filter[] = [];
  let used = 0;
  for (const stage of stages) {
    if (stage.match === undefined) break;
    filters.push(parseFilter(stage.match, context.variables));
    used += 1;
  }
  const sort = stages[used]?.sort;
  if (sort !== undefined) used += 1;
  const limit = stages[used]?.limit;
  const records = findRecords(context.view, collection, { filter: conjunction(filters), sort: sort ?? [], limit });
  return runStages(documentsOf(records), stages.slice(used), context);
};

function* documentsOf(records: Iterable<{ readonly document: Document }>): Generator<Document> {
  for (const { document } of records) yield document;
}

const TOOLS: StageTools = { parsePipeline, runCollection, runStages };
