import { aggregate } from './aggregate.ts';
import { bulkWrite } from './bulk-write.ts';
import type { Command } from './command.ts';
import { count, distinct } from './count-and-distinct.ts';
import { getMore, killCursors } from './cursor-commands.ts';
import { deleteCommand } from './delete.ts';
import { findAndModify } from './find-and-modify.ts';
import { find } from './find.ts';
import { INDEX_COMMANDS } from './index-commands.ts';
import { insert } from './insert.ts';
import { NAMESPACE_COMMANDS } from './namespace-commands.ts';
import { SERVER_COMMANDS } from './server-commands.ts';
import { update } from './update.ts';

const TABLE: Readonly<Record<string, Command>> = {
  ...SERVER_COMMANDS,
  ...NAMESPACE_COMMANDS,
  ...INDEX_COMMANDS,
  insert,
  update,
  delete: deleteCommand,
  findAndModify,
  findandmodify: findAndModify,
  find,
  aggregate,
  count,
  distinct,
  bulkWrite,
  getMore,
  killCursors,
};

/** Every command by name, with the fields it knows as a set. Session and transaction commands live in the dispatcher. */
export const COMMANDS: ReadonlyMap<string, Command & { readonly known: ReadonlySet<string> }> = new Map(
  Object.entries(TABLE).map(([name, command]) => [name, { ...command, known: new Set(command.fields) }]),
);
