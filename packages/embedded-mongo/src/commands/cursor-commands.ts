import type { Command } from './command.ts';
import { CommandError } from '../server/command-error.ts';
import { cursorReply } from './find.ts';

/** `getMore`: the next batch of a cursor. */
export const getMore: Command = {
  kind: 'read',
  fields: ['getMore', 'collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'],
  allowedInTransaction: true,
  run: (request) => {
    const id = request.arguments.value('getMore');
    if (typeof id !== 'bigint')
      throw new CommandError('TypeMismatch', "BSON field 'getMore.getMore' must be of type long");
    const namespace = `${request.database}.${request.arguments.text('collection')}`;
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
    const killed: bigint[] = [];
    const missing: bigint[] = [];
    for (const id of request.arguments.list('cursors')) {
      if (typeof id !== 'bigint')
        throw new CommandError('TypeMismatch', "BSON field 'killCursors.cursors' must hold longs");
      (request.cursors.kill(id) ? killed : missing).push(id);
    }
    return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] };
  },
};
