import type { Document } from '../bson/document.ts';
import { aggregate } from './reads/aggregate.ts';
import { aggregateWriting, isWritingAggregate } from './writes/aggregate-writing.ts';
import type { Known } from './arguments.ts';
import { bulkWrite } from './writes/bulk-write.ts';
import { collated } from './collated.ts';
import { checkedByUuid } from './collection-uuid.ts';
import type { Command } from './command.ts';
import { count, distinct } from './reads/count-and-distinct.ts';
import { getMore, killCursors } from './reads/cursor-commands.ts';
import { deleteCommand } from './writes/delete.ts';
import { DIAGNOSTIC_COMMANDS, listCommandsOf } from './administration/diagnostic-commands.ts';
import { explain } from './explain/explain.ts';
import { findAndModify } from './writes/find-and-modify.ts';
import { fileMd5 } from './administration/file-md5.ts';
import { find } from './reads/find.ts';
import { INDEX_COMMANDS } from './definitions/index-commands.ts';
import { SEARCH_COMMANDS } from './definitions/search-commands.ts';
import { insert } from './writes/insert.ts';
import { NAMESPACE_COMMANDS } from './definitions/namespace-commands.ts';
import { MAINTENANCE_COMMANDS } from './administration/maintenance-commands.ts';
import { PARAMETER_COMMANDS } from './administration/parameters.ts';
import { REPLICA_SET_COMMANDS } from './administration/replica-set-commands.ts';
import { SERVER_COMMANDS } from './administration/server-commands.ts';
import { unacknowledgeable } from './writes/unacknowledged.ts';
import { update } from './writes/update.ts';
import { USER_COMMANDS } from './administration/user-commands.ts';
import { FSYNC_COMMAND_NAMES } from '../server/diagnostics/fsync.ts';
import { PROFILER_COMMAND_NAMES } from '../server/diagnostics/profiler.ts';
import { SESSION_COMMAND_NAMES } from '../server/sessions/session-commands.ts';

const TABLE: Readonly<Record<string, Command>> = {
  ...SERVER_COMMANDS,
  ...DIAGNOSTIC_COMMANDS,
  ...NAMESPACE_COMMANDS,
  ...INDEX_COMMANDS,
  ...SEARCH_COMMANDS,
  ...USER_COMMANDS,
  ...REPLICA_SET_COMMANDS,
  ...MAINTENANCE_COMMANDS,
  ...PARAMETER_COMMANDS,
  insert: unacknowledgeable(checkedByUuid(insert)),
  update: unacknowledgeable(checkedByUuid(update)),
  delete: unacknowledgeable(checkedByUuid(deleteCommand)),
  findAndModify: collated(findAndModify),
  findandmodify: collated(findAndModify),
  find: checkedByUuid(collated(find)),
  aggregate: checkedByUuid(collated(aggregate)),
  count: checkedByUuid(collated(count)),
  distinct: checkedByUuid(collated(distinct)),
  bulkWrite,
  explain,
  filemd5: fileMd5,
  getMore,
  killCursors,
  listCommands: listCommandsOf(() => [
    ...Object.keys(TABLE),
    ...SESSION_COMMAND_NAMES,
    ...FSYNC_COMMAND_NAMES,
    ...PROFILER_COMMAND_NAMES,
  ]),
};

const EVERY_FIELD: Known = { has: () => true };

/** Every command by name, with the fields it knows as a set. Session and transaction commands live in the dispatcher. */
const COMMANDS: ReadonlyMap<string, Command & { readonly known: Known }> = new Map(
  Object.entries(TABLE).map(([name, command]) => [
    name,
    { ...command, known: command.takesAnyField === true ? EVERY_FIELD : new Set(command.fields) },
  ]),
);

const WRITING = checkedByUuid(collated(aggregateWriting));
const WRITING_AGGREGATE = { ...WRITING, known: new Set(WRITING.fields) };

/** What exists for tests of drivers alone: a command outside of the Stable API, version 1, and one that is to leave it. */
const TEST_COMMANDS: ReadonlyMap<string, Command & { readonly known: Known }> = new Map([
  ['testVersion2', { kind: 'plain', fields: [], run: () => ({}), known: new Set(['testVersion2']) }],
  ['testDeprecation', { kind: 'plain', fields: [], run: () => ({}), known: new Set(['testDeprecation']) }],
]);

/** The command that answers a message, by its first field; an aggregation that writes is another one than one that reads. */
export function commandFor(body: Document, isForTests: boolean): (Command & { readonly known: Known }) | undefined {
  if (isWritingAggregate(body)) return WRITING_AGGREGATE;
  const name = body.firstName() ?? '';
  return COMMANDS.get(name) ?? (isForTests ? TEST_COMMANDS.get(name) : undefined);
}
