import { CommandError } from '../../server/command-error.ts';
import type { Command, Reply, Request } from '../command.ts';

/** A command of the admin database that reads nothing of the store. */
export function adminOnly(name: string, fields: readonly string[], answer: (request: Request) => Reply): Command {
  return {
    kind: 'plain',
    fields: [name, ...fields],
    run: (request) => {
      checkAdmin(request);
      return answer(request);
    },
  };
}

/** Refuses a command of the admin database that names another one. */
export function checkAdmin({ name, database }: Request): void {
  if (database === 'admin') return;
  throw new CommandError('Unauthorized', `${name} may only be run against the admin database.`);
}
