import { parsePipeline, runCollection } from '../../aggregation/pipeline.ts';
import { inScope } from '../../aggregation/variable-scope.ts';
import { buildDocument } from '../../bson/build-document.ts';
import { isEqual } from '../../bson/compare-values.ts';
import type { Document } from '../../bson/document.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { checkJoinedViews } from '../../catalogue/view-graph.ts';
import { CommandError } from '../../server/command-error.ts';
import { DURING_AGGREGATION } from '../../server/cursors/cursors.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { namespaceIn, type Command, type Request } from '../command.ts';
import { constantsOf } from '../constants.ts';
import { describeOperation } from '../administration/current-operation.ts';
import { explainAggregate } from '../explain/explain-aggregate.ts';
import { cursorReply } from './find.ts';
import { checkStrictFlags } from '../strict-flags.ts';

const CURSOR_FIELDS = new Set(['batchSize']);

/** `aggregate`: opens a cursor over the result of a pipeline on one collection. */
export const aggregate: Command = {
  kind: 'read',
  fields: [
    'aggregate',
    'pipeline',
    'cursor',
    'explain',
    'allowDiskUse',
    'bypassDocumentValidation',
    'collation',
    'hint',
    'let',
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values, cursors, owner } = request;
    if (values.flag('explain')) return explainAggregate(request, view, 'queryPlanner');
    const { documents, namespace, batchSize } = startPipeline(request, view, pipelineOf(values));
    const batch = cursors.open(namespace, owner, documents, {
      batchSize,
      isSingleBatch: false,
      during: DURING_AGGREGATION,
    });
    return cursorReply(namespace, 'firstBatch', batch);
  },
};

function pipelineOf(values: Arguments): Value {
  const pipeline = values.value('pipeline');
  if (pipeline !== undefined) return pipeline;
  throw new CommandError(40_414, "BSON field 'aggregate.pipeline' is missing but a required field");
}

/** A pipeline of the `aggregate` command about to run, with how its cursor is to be answered. */
interface StartedPipeline {
  readonly namespace: string;
  readonly documents: Iterable<Document>;
  readonly batchSize: number | undefined;
}

/** Starts a pipeline with the options of the `aggregate` command that carries it. */
export function startPipeline(request: Request, view: View, pipeline: Value): StartedPipeline {
  const { arguments: values, database } = request;
  checkStrictFlags(values, ['allowDiskUse']);
  const cursor = values.optionalDocument('cursor');
  if (cursor === undefined)
    throw new CommandError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  const batchSize = readArguments('aggregate.cursor', cursor, CURSOR_FIELDS).count('batchSize');
  const variables = constantsOf(values.optionalDocument('let'));
  const stages = inScope(variables, () => parsePipeline(pipeline));
  if (Array.isArray(pipeline)) checkJoinedViews(view.catalogue().views, database, pipeline);
  const name = sourceName(database, values.value('aggregate'), pipeline);
  const { sessions } = request.server;
  const operation = (): Document => buildDocument(describeOperation(request, `${database}.${name}`));
  const context = { view, database, variables, sessions, operation };
  const documents = runCollection(name, stages, context, values.value('hint'));
  return { namespace: `${database}.${name}`, documents, batchSize };
}

/** The stages that start a pipeline of `{aggregate: 1}`, which has no collection. */
const DATABASE_STAGES = new Set(['$documents', '$currentOp', '$listLocalSessions']);

/** The name of the collection a pipeline starts from; `{aggregate: 1}` and the stages that make documents need each other. */
function sourceName(database: string, target: Value | undefined, pipeline: Value): string {
  const stage = Array.isArray(pipeline) ? pipeline[0] : undefined;
  const first = isDocument(stage) ? (stage.firstName() ?? '') : '';
  if (typeof target === 'string') {
    namespaceIn(database, target);
    if (!DATABASE_STAGES.has(first)) return target;
    throw new CommandError('InvalidNamespace', `'${first}' can only be run with {aggregate: 1}`);
  }
  if (!isEqual(target, int(1))) {
    throw new CommandError(
      'FailedToParse',
      "Invalid command format: the 'aggregate' field must specify a collection name or 1",
    );
  }
  if (DATABASE_STAGES.has(first)) return '$cmd.aggregate';
  const what = first === '' ? 'an empty pipeline.' : `'${first}'; a collection is required.`;
  throw new CommandError('InvalidNamespace', `{aggregate: 1} is not valid for ${what}`);
}
