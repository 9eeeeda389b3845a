import type { Value } from '../../bson/value.ts';
import { namespaceIn, namespaceOf, type Command } from '../command.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { cursorReply } from './find.ts';

function notLong(field: string, given: Value | undefined): CommandError {
  return wrongFieldType(field, given ?? null, 'long');
}

/** `getMore`: the next batch of a cursor. */
export const getMore: Command = {
  kind: 'read',
  fields: ['getMore', 'collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'],
  allowedInTransaction: true,
  run: (request) => {
    const id = request.arguments.value('getMore');
    if (typeof id !== 'bigint') throw notLong('getMore.getMore', id);
    const namespace = namespaceIn(request.database, request.arguments.text('collection'));
    // Only a cursor that waits has a use for a time; those are answered by `moreLive`.
    if (request.cursors.has(id) && request.arguments.value('maxTimeMS') !== undefined) {
      throw new CommandError('BadValue', 'cannot set maxTimeMS on getMore command for a non-awaitData cursor');
    }
    return cursorReply(
      namespace,
      'nextBatch',
      request.cursors.more(id, namespace, request.owner, request.arguments.count('batchSize')),
    );
  },
};

/** `killCursors`: ends cursors before they are exhausted. */
export const killCursors: Command = {
  kind: 'plain',
  fields: ['killCursors', 'cursors'],
  allowedInTransaction: true,
  run: (request) => {
    namespaceOf(request);
    const killed: bigint[] = [];
    const missing: bigint[] = [];
    for (const [index, id] of request.arguments.list('cursors').entries()) {
      if (typeof id !== 'bigint') throw notLong(`killCursors.cursors.${String(index)}`, id);
      (request.cursors.kill(id) ? killed : missing).push(id);
    }
    return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] };
  },
};
