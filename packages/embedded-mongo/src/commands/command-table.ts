import type { Document } from '../bson/document.ts';
import { aggregate } from './aggregate.ts';
import { aggregateWriting, isWritingAggregate } from './aggregate-writing.ts';
import { bulkWrite } from './bulk-write.ts';
import { collated } from './collated.ts';
import type { Command } from './command.ts';
import { count, distinct } from './count-and-distinct.ts';
import { getMore, killCursors } from './cursor-commands.ts';
import { deleteCommand } from './delete.ts';
import { DIAGNOSTIC_COMMANDS, listCommandsOf } from './diagnostic-commands.ts';
import { explain } from './explain.ts';
import { findAndModify } from './find-and-modify.ts';
import { find } from './find.ts';
import { INDEX_COMMANDS } from './index-commands.ts';
import { insert } from './insert.ts';
import { NAMESPACE_COMMANDS } from './namespace-commands.ts';
import { SERVER_COMMANDS } from './server-commands.ts';
import { update } from './update.ts';
import { SESSION_COMMAND_NAMES } from '../server/session-commands.ts';

const TABLE: Readonly<Record<string, Command>> = {
  ...SERVER_COMMANDS,
  ...DIAGNOSTIC_COMMANDS,
  ...NAMESPACE_COMMANDS,
  ...INDEX_COMMANDS,
  insert,
  update,
  delete: deleteCommand,
  findAndModify: collated(findAndModify),
  findandmodify: collated(findAndModify),
  find: collated(find),
  aggregate: collated(aggregate),
  count: collated(count),
  distinct: collated(distinct),
  bulkWrite,
  explain,
  getMore,
  killCursors,
  listCommands: listCommandsOf(() => [...Object.keys(TABLE), ...SESSION_COMMAND_NAMES]),
};

/** Every command by name, with the fields it knows as a set. Session and transaction commands live in the dispatcher. */
const COMMANDS: ReadonlyMap<string, Command & { readonly known: ReadonlySet<string> }> = new Map(
  Object.entries(TABLE).map(([name, command]) => [name, { ...command, known: new Set(command.fields) }]),
);

const WRITING_AGGREGATE = { ...collated(aggregateWriting), known: new Set(aggregateWriting.fields) };

/** The command that answers a message, by its first field; an aggregation that writes is another one than one that reads. */
export function commandFor(body: Document): (Command & { readonly known: ReadonlySet<string> }) | undefined {
  return isWritingAggregate(body) ? WRITING_AGGREGATE : COMMANDS.get(body.firstName() ?? '');
}
