import { WRITING_STAGE_NAMES } from '../../aggregation/stages/writing.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError, eachInContext } from '../../server/command-error.ts';
import { DURING_AGGREGATION } from '../../server/cursors/cursors.ts';
import { aggregate, startPipeline } from '../reads/aggregate.ts';
import type { Command } from '../command.ts';
import { failingWith } from './failed-after-writing.ts';
import { constantsOf } from '../constants.ts';
import { cursorReply } from '../reads/find.ts';
import { runMerge } from './merge-stage.ts';
import { runOut } from './out-stage.ts';

/** Whether an `aggregate` command writes, and must therefore run as `aggregateWriting`. */
export function isWritingAggregate(body: Document): boolean {
  if (body.firstName() !== 'aggregate' || body.get('explain') === true) return false;
  const pipeline = body.get('pipeline');
  return Array.isArray(pipeline) && pipeline.some((stage) => WRITING_STAGE_NAMES.has(nameOf(stage)));
}

function nameOf(stage: Value): string {
  return isDocument(stage) ? (stage.firstName() ?? '') : '';
}

/** `aggregate` with `$out` or `$merge` at its end; it answers with an empty cursor when everything is written. */
export const aggregateWriting: Command = {
  kind: 'write',
  fields: aggregate.fields,
  run: (request, view) => {
    const { arguments: values, database } = request;
    const pipeline = values.list('pipeline');
    const [reading, last] = [pipeline.slice(0, -1), pipeline.at(-1)];
    const early = reading.find((stage) => WRITING_STAGE_NAMES.has(nameOf(stage)));
    if (early !== undefined) {
      throw new CommandError(40_601, `${nameOf(early)} can only be the final stage in the pipeline`);
    }
    const { documents: read, namespace } = startPipeline(request, view, reading);
    const documents = eachInContext(DURING_AGGREGATION, read);
    const specification = isDocument(last) ? (last.get(nameOf(last)) ?? null) : null;
    if (last !== undefined && nameOf(last) === '$out') runOut(view, database, specification, documents);
    const failure =
      last !== undefined && nameOf(last) === '$merge'
        ? runMerge(view, database, specification, documents, constantsOf(values.optionalDocument('let')))
        : undefined;
    const reply = cursorReply(namespace, 'firstBatch', { id: 0n, documents: [] });
    return failure === undefined ? reply : failingWith(reply, failure.inContext(DURING_AGGREGATION));
  },
};
