import { parsePipeline, runCollection } from '../aggregation/pipeline.ts';
import { CommandError } from '../server/command-error.ts';
import { readArguments } from './arguments.ts';
import { checkHint } from './check-hint.ts';
import type { Command } from './command.ts';
import { constantsOf } from './constants.ts';
import { cursorReply } from './find.ts';
import { refuseCollation } from './refuse-collation.ts';

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
    const { arguments: values, cursors, owner, database } = request;
    refuseCollation(values);
    if (values.flag('explain')) throw new CommandError('BadValue', 'explain is not supported by the embedded store');
    const name = values.value('aggregate');
    if (typeof name !== 'string')
      throw new CommandError(
        'InvalidNamespace',
        '{aggregate: 1} is not valid for the stages of the embedded store; name a collection',
      );
    const cursor = values.optionalDocument('cursor');
    if (cursor === undefined)
      throw new CommandError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    const batchSize = readArguments('aggregate.cursor', cursor, CURSOR_FIELDS).count('batchSize');
    const stages = parsePipeline(values.value('pipeline') ?? null);
    const variables = constantsOf(values.optionalDocument('let'));
    const documents = runCollection(name, stages, { view, database, variables });
    const namespace = `${database}.${name}`;
    checkHint(view, namespace, values.value('hint'));
    return cursorReply(
      namespace,
      'firstBatch',
      cursors.open(namespace, owner, documents, { batchSize, isSingleBatch: false }),
    );
  },
};
