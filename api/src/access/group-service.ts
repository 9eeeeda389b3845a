import { randomUUID } from 'node:crypto';
import { groupIdSchema, problem } from '@parley/contracts';
import type { Group, GroupId, UserId } from '@parley/contracts';
import type { AccessGrantRepository } from '../database/repositories/access-grant-repository.ts';
import type { GroupRecord, GroupRepository } from '../database/repositories/group-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { Access, AccessSubject } from './access-service.ts';

interface GroupChange {
  readonly name: string;
  readonly memberIds: readonly UserId[];
}

/** The groups of an install. All throw `forbidden` for who is no admin. */
export interface GroupService {
  list(asker: AccessSubject): Promise<Group[]>;
  /** Throws `name-taken`, and `invalid-request` for members that do not exist. */
  create(asker: AccessSubject, group: GroupChange): Promise<Group>;
  /** Throws what `create` throws, and `group-not-found`. */
  update(asker: AccessSubject, id: GroupId, group: GroupChange): Promise<Group>;
  /** What was shared with the group is not any more. Throws `group-not-found`. */
  remove(asker: AccessSubject, id: GroupId): Promise<void>;
}

interface GroupServiceOptions {
  readonly groups: GroupRepository;
  readonly users: Pick<UserRepository, 'findMany'>;
  readonly grants: Pick<AccessGrantRepository, 'removePrincipal'>;
  readonly access: Pick<Access, 'groupsChanged'>;
}

export function createGroupService({ groups, users, grants, access }: GroupServiceOptions): GroupService {
  /** Members whose account is gone are left out. */
  async function withMembers(records: readonly GroupRecord[]): Promise<Group[]> {
    const people = await users.findMany(records.flatMap(({ memberIds }) => memberIds));
    return records.map(({ id, name, memberIds }) => ({
      id,
      name,
      members: memberIds.flatMap((memberId) => {
        const user = people.get(memberId);
        return user === undefined ? [] : [{ id: user.id, name: user.name, email: user.email }];
      }),
    }));
  }

  async function save(record: GroupRecord, write: (record: GroupRecord) => Promise<void>): Promise<Group> {
    const memberIds = [...new Set(record.memberIds)];
    const people = await users.findMany(memberIds);
    const issues = record.memberIds.flatMap((id, index) =>
      people.has(id) ? [] : [{ path: `body.memberIds.${index}`, message: 'does not exist' }],
    );
    if (issues.length > 0) throw problem('invalid-request', { detail: 'Some of these people do not exist.', issues });
    const kept = { ...record, memberIds };
    await write(kept);
    access.groupsChanged();
    const [group] = await withMembers([kept]);
    if (group === undefined) throw problem('group-not-found');
    return group;
  }

  return {
    async list(asker) {
      checkAdmin(asker);
      return await withMembers(await groups.list());
    },

    async create(asker, group) {
      checkAdmin(asker);
      return await save({ id: groupIdSchema.parse(randomUUID()), ...group }, (record) => groups.create(record));
    },

    async update(asker, id, group) {
      checkAdmin(asker);
      return await save({ id, ...group }, async (record) => {
        if (!(await groups.update(record))) throw problem('group-not-found');
      });
    },

    async remove(asker, id) {
      checkAdmin(asker);
      // The group goes last, so that what a crash left undone is done by asking again.
      await grants.removePrincipal(`group:${id}`);
      const wasThere = await groups.remove(id);
      access.groupsChanged();
      if (!wasThere) throw problem('group-not-found');
    },
  };
}

function checkAdmin({ role }: AccessSubject): void {
  if (role !== 'ADMIN') throw problem('forbidden', { detail: 'Groups are kept by admins.' });
}
