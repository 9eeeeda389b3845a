import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { findCollection } from '../catalogue/collections.ts';
import { checkViewCollation, findView, isViewList, viewDefinitions } from '../catalogue/views.ts';
import { CommandError } from '../server/command-error.ts';
import { leadingQuery, startLeading } from './leading-query.ts';
import { optimise } from './optimise.ts';
import { checkTextScore, textScoreUse } from './text-score-use.ts';
import type { RunCollection, Stage, StageContext, StageParser, StageTools } from './stage.ts';
import { BUCKET_STAGES } from './stages/bucketing.ts';
import { DENSIFY_STAGES } from './stages/densify.ts';
import { FILL_STAGES } from './stages/fill.ts';
import { GRAPH_STAGES } from './stages/graph-lookup.ts';
import { GROUPING_STAGES } from './stages/grouping.ts';
import { JOINING_STAGES } from './stages/joining.ts';
import { REDACT_STAGES } from './stages/redact.ts';
import { SELECTING_STAGES, sortDocuments } from './stages/selecting.ts';
import { SERVER_STATE_STAGES } from './stages/server-state.ts';
import { WINDOW_STAGES } from './stages/set-window-fields.ts';
import { SHAPING_STAGES } from './stages/shaping.ts';
import { SOURCE_STAGES } from './stages/sources.ts';
import { STATISTICS_STAGES } from './stages/statistics.ts';
import { WRITING_STAGES } from './stages/writing.ts';

const STAGES: ReadonlyMap<string, StageParser> = new Map([
  ...SELECTING_STAGES,
  ...SHAPING_STAGES,
  ...GROUPING_STAGES,
  ...JOINING_STAGES,
  ...BUCKET_STAGES,
  ...DENSIFY_STAGES,
  ...FILL_STAGES,
  ...GRAPH_STAGES,
  ...REDACT_STAGES,
  ...SOURCE_STAGES,
  ...WINDOW_STAGES,
  ...SERVER_STATE_STAGES,
  ...STATISTICS_STAGES,
  ...WRITING_STAGES,
]);

const MAX_STAGES = 1000;
const MAX_DEPTH = 20;

/**
 * Parses a pipeline; an unknown stage is refused with 40324, more than 1000 stages with 7749501, and sub-pipelines
 * nested more than 20 levels with MaxSubPipelineDepthExceeded (manual: "Aggregation Pipeline Limits").
 */
export function parsePipeline(stages: Value): readonly Stage[] {
  return parseStages(stages, 0);
}

/** Refuses a pipeline with an unknown stage; the rest of it is not looked at. */
export function checkStageNames(stages: readonly Value[]): void {
  for (const stage of stages) {
    const name = isDocument(stage) ? (stage.firstName() ?? '') : undefined;
    if (name !== undefined && name !== '$changeStream' && !STAGES.has(name)) throw unknownStage(name);
  }
}

function unknownStage(name: string): CommandError {
  return new CommandError(40_324, `Unrecognized pipeline stage name: '${name}'`);
}

function parseStages(stages: Value, depth: number): readonly Stage[] {
  if (!Array.isArray(stages)) throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  if (stages.length > MAX_STAGES) {
    throw new CommandError(7_749_501, `Pipeline length must be no longer than ${String(MAX_STAGES)} stages.`);
  }
  if (depth > MAX_DEPTH) {
    throw new CommandError(
      'MaxSubPipelineDepthExceeded',
      `Maximum number of nested sub-pipelines exceeded. Limit is ${String(MAX_DEPTH)}`,
    );
  }
  const tools: StageTools = { ...TOOLS, parsePipeline: (inner) => parseStages(inner, depth + 1) };
  const parsed = stages.map((stage) => {
    if (!isDocument(stage))
      throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
    const [entry, second] = [...stage.entries()];
    if (entry === undefined || second !== undefined) {
      throw new CommandError(40_323, 'A pipeline stage specification object must contain exactly one field.');
    }
    const parse = STAGES.get(entry[0]);
    if (parse === undefined) throw unknownStage(entry[0]);
    return { ...parse(entry[1], tools), ...textScoreUse(entry[0], entry[1]), sent: stage };
  });
  return optimise(parsed);
}

/** Runs stages over documents, lazily; a sort followed by a limit keeps no more than the limit in memory. */
function runStages(input: Iterable<Document>, stages: readonly Stage[], context: StageContext): Iterable<Document> {
  let documents = input;
  for (const [position, stage] of stages.entries()) {
    const limit = stages[position + 1]?.limit;
    documents =
      stage.sort !== undefined && limit !== undefined
        ? sortDocuments(documents, stage.sort, limit, context.view.memoryLimit)
        : stage.run(documents, context);
  }
  return documents;
}

/** Runs a pipeline over a collection; its leading match, sort and limit go through the planner. */
export const runCollection: RunCollection = (name, stages, context, hint) => {
  const namespace = `${context.database}.${name}`;
  const source = stages[0]?.source;
  if (source !== undefined) return runStages(source(name, context), stages.slice(1), context);
  if (isViewList(context.view, namespace)) {
    return runStages(viewDefinitions(context.view, context.database), stages, context);
  }
  const definition = findView(context.view, namespace);
  if (definition !== undefined) {
    checkViewCollation(definition);
    const whole = optimise([...parsePipeline([...definition.pipeline]), ...stages]);
    return runCollection(definition.viewOn, whole, context, hint);
  }
  checkTextScore(stages);
  const collection = findCollection(context.view, namespace);
  if (collection === undefined) return runStages([], stages, context);
  const leading = leadingQuery(stages, context, { namespace, value: hint });
  const { documents, rest } = startLeading(leading, collection, context.view);
  return runStages(documents, rest, context);
};

const TOOLS: StageTools = { parsePipeline, runCollection, runStages };
