import type { Document } from '../bson/document.ts';
import { aggregate } from './aggregate.ts';
import { aggregateWriting, isWritingAggregate } from './aggregate-writing.ts';
import type { Known } from './arguments.ts';
import { bulkWrite } from './bulk-write.ts';
import { collated } from './collated.ts';
import type { Command } from './command.ts';
import { count, distinct } from './count-and-distinct.ts';
import { getMore, killCursors } from './cursor-commands.ts';
import { deleteCommand } from './delete.ts';
import { DIAGNOSTIC_COMMANDS, listCommandsOf } from './diagnostic-commands.ts';
import { explain } from './explain.ts';
import { findAndModify } from './find-and-modify.ts';
import { fileMd5 } from './file-md5.ts';
import { find } from './find.ts';
import { INDEX_COMMANDS } from './index-commands.ts';
import { SEARCH_COMMANDS } from './search-commands.ts';
import { insert } from './insert.ts';
import { NAMESPACE_COMMANDS } from './namespace-commands.ts';
import { MAINTENANCE_COMMANDS } from './maintenance-commands.ts';
import { PARAMETER_COMMANDS } from './parameters.ts';
import { REPLICA_SET_COMMANDS } from './replica-set-commands.ts';
import { SERVER_COMMANDS } from './server-commands.ts';
import { unacknowledgeable } from './unacknowledged.ts';
import { update } from './update.ts';
import { USER_COMMANDS } from './user-commands.ts';
import { FSYNC_COMMAND_NAMES } from '../server/fsync.ts';
import { PROFILER_COMMAND_NAMES } from '../server/profiler.ts';
import { SESSION_COMMAND_NAMES } from '../server/session-commands.ts';

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
  insert: unacknowledgeable(insert),
  update: unacknowledgeable(update),
  delete: unacknowledgeable(deleteCommand),
  findAndModify: collated(findAndModify),
  findandmodify: collated(findAndModify),
  find: collated(find),
  aggregate: collated(aggregate),
  count: collated(count),
  distinct: collated(distinct),
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

const WRITING_AGGREGATE = { ...collated(aggregateWriting), known: new Set(aggregateWriting.fields) };

/** What exists for tests of drivers alone: a command that is not part of the Stable API, version 1. */
const TEST_COMMANDS: ReadonlyMap<string, Command & { readonly known: Known }> = new Map([
  ['testVersion2', { kind: 'plain', fields: [], run: () => ({}), known: new Set(['testVersion2']) }],
]);

/** The command that answers a message, by its first field; an aggregation that writes is another one than one that reads. */
export function commandFor(body: Document, isForTests: boolean): (Command & { readonly known: Known }) | undefined {
  if (isWritingAggregate(body)) return WRITING_AGGREGATE;
  const name = body.firstName() ?? '';
  return COMMANDS.get(name) ?? (isForTests ? TEST_COMMANDS.get(name) : undefined);
}
