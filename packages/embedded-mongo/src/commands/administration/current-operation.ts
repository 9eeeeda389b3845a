import { verbatim, type Literal } from '../../bson/build-document.ts';
import { buildDocument } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { matches } from '../../query/filter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { isGenericField } from '../arguments.ts';
import type { Command, Request } from '../command.ts';

/** The operation a request is, as `currentOp` and `$currentOp` show it: commands run one at a time, so it is the only one. */
export function describeOperation(
  { server, connectionId, body }: Request,
  namespace: string,
): Readonly<Record<string, Literal>> {
  const session = body.get('lsid');
  const appName = server.appNameOf(connectionId);
  return {
    type: 'op',
    host: server.address(),
    desc: `conn${String(connectionId)}`,
    connectionId,
    ...(appName === undefined ? {} : { appName }),
    active: true,
    currentOpTime: new Date().toISOString(),
    opid: connectionId,
    ...(session === undefined ? {} : { lsid: verbatim(session) }),
    secs_running: 0n,
    microsecs_running: 0n,
    op: 'command',
    ns: namespace,
    command: body,
    numYields: 0,
    locks: {},
    waitingForLock: false,
    lockStats: {},
    waitingForFlowControl: false,
    flowControlStats: {},
  };
}

const CURRENT_FIELDS = ['currentOp', '$ownOps', '$all'];

/**
 * `currentOp`: what runs while it is answered, which is this command alone; waiting is not listed. Fields that are no
 * options are conditions for the operations to be shown.
 */
export const currentOp: Command = {
  kind: 'plain',
  fields: CURRENT_FIELDS,
  takesAnyField: true,
  run: (request) => {
    const { database, body, server } = request;
    if (database !== 'admin') {
      throw new CommandError('Unauthorized', 'currentOp may only be run against the admin database.');
    }
    const conditions = [...body.entries()].filter(([name]) => !CURRENT_FIELDS.includes(name) && !isGenericField(name));
    const filter = parseFilter(new Document(new Map(conditions)));
    const operation = buildDocument(describeOperation(request, 'admin.$cmd'));
    return {
      inprog: matches(filter, operation) ? [operation] : [],
      ...(server.isWriteLocked()
        ? { fsyncLock: true, info: 'use db.fsyncUnlock() to terminate the fsync write/snapshot lock' }
        : {}),
    };
  },
};
