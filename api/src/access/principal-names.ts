import type { GroupId, NamedPrincipal, Principal, Role, UserId } from '@parley/contracts';
import type { GroupRepository } from '../database/repositories/group-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';

const everyone = 'Everyone';
const roleNames: Readonly<Record<Role, string>> = { ADMIN: 'Admins', USER: 'Users' };
const roles: readonly Role[] = ['ADMIN', 'USER'];

const mostFound = 20;
/** So that groups leave some room for people. */
const mostGroups = 8;

/** What people call those whom things are shared with. */
export interface PrincipalNames {
  /** People, groups, roles and everyone whose name or address begins like that, in any case; 20 at most. */
  find(prefix: string): Promise<NamedPrincipal[]>;
  /** Each with its name, in the same order; `undefined` for a person or a group that does not exist. */
  of(principals: readonly Principal[]): Promise<(NamedPrincipal | undefined)[]>;
}

interface PrincipalNamesOptions {
  readonly users: Pick<UserRepository, 'findMany' | 'search'>;
  readonly groups: Pick<GroupRepository, 'names' | 'search'>;
}

export function createPrincipalNames({ users, groups }: PrincipalNamesOptions): PrincipalNames {
  return {
    async find(prefix) {
      const wanted = prefix.trim();
      const [people, named] = await Promise.all([users.search(wanted, mostFound), groups.search(wanted, mostGroups)]);
      const fixed: NamedPrincipal[] = [
        { principal: { type: 'public' }, name: everyone },
        ...roles.map((id): NamedPrincipal => ({ principal: { type: 'role', id }, name: roleNames[id] })),
      ];
      return [
        ...fixed.filter(({ name }) => name.toLowerCase().startsWith(wanted.toLowerCase())),
        ...named.map(({ id, name }): NamedPrincipal => ({ principal: { type: 'group', id }, name })),
        ...people.map(({ id, name, email }): NamedPrincipal => ({
          principal: { type: 'user', id },
          name,
          detail: email,
        })),
      ].slice(0, mostFound);
    },

    async of(principals) {
      const userIds: UserId[] = [];
      const groupIds: GroupId[] = [];
      for (const principal of principals) {
        if (principal.type === 'user') userIds.push(principal.id);
        if (principal.type === 'group') groupIds.push(principal.id);
      }
      const [people, groupNames] = await Promise.all([users.findMany(userIds), groups.names(groupIds)]);
      return principals.map((principal) => {
        if (principal.type === 'public') return { principal, name: everyone };
        if (principal.type === 'role') return { principal, name: roleNames[principal.id] };
        if (principal.type === 'user') {
          const user = people.get(principal.id);
          return user === undefined ? undefined : { principal, name: user.name, detail: user.email };
        }
        const name = groupNames.get(principal.id);
        return name === undefined ? undefined : { principal, name };
      });
    },
  };
}
