import { CommandError } from '../../server/command-error.ts';
import type { Command } from '../command.ts';

/** Removing every user or role of a database, which is done when there are none. */
function dropAll(name: string): Command {
  return { kind: 'write', fields: [name], run: () => ({ n: 0 }) };
}

/** `usersInfo`: nobody, since the password of the TCP listener belongs to no database. */
const usersInfo: Command = {
  kind: 'plain',
  fields: [
    'usersInfo',
    'filter',
    'showAuthenticationRestrictions',
    'showCredentials',
    'showCustomData',
    'showPrivileges',
  ],
  run: () => ({ users: [] }),
};

const dropUser: Command = {
  kind: 'write',
  fields: ['dropUser'],
  run: ({ arguments: values, database }) => {
    throw new CommandError('UserNotFound', `User '${values.text('dropUser')}@${database}' not found`);
  },
};

/** What can be answered about users and roles without having any. */
export const USER_COMMANDS: Readonly<Record<string, Command>> = {
  dropAllUsersFromDatabase: dropAll('dropAllUsersFromDatabase'),
  dropAllRolesFromDatabase: dropAll('dropAllRolesFromDatabase'),
  usersInfo,
  dropUser,
};
