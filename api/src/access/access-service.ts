import type { AccessRole, GroupId, Principal, SharedType, UserId } from '@parley/contracts';
import type { AccessGrantRepository } from '../database/repositories/access-grant-repository.ts';
import type { GroupRepository } from '../database/repositories/group-repository.ts';
import type { Grant } from '../database/schemas/access-grant-document.ts';
import type { Actor } from './actor.ts';
import { createGroupMemory } from './group-memory.ts';
import { keyOfPrincipal } from './principal-key.ts';

/** Somebody whose permissions are asked for. */
export type AccessSubject = Pick<Actor, 'userId' | 'role'>;

/** How somebody comes to a thing. */
export interface Reach {
  /** The best role of all that apply. */
  readonly role: AccessRole;
  /** They own it in their own name. */
  readonly isOwn: boolean;
  /** It is shared with them by name, by group or by role. */
  readonly isShared: boolean;
  readonly isPublic: boolean;
}

/** Who may do what with shared things. Nobody has a role that was not granted, admins neither. */
export interface Access {
  /** The best role somebody has for a thing, or `undefined`. */
  roleOf(subject: AccessSubject, type: SharedType, id: string): Promise<AccessRole | undefined>;
  /** The same for several things at once, by id; those without a role are left out. */
  rolesFor(subject: AccessSubject, type: SharedType, ids: readonly string[]): Promise<ReadonlyMap<string, AccessRole>>;
  /** Everything of a type somebody may at least view, or has the given role for, by id. */
  idsFor(subject: AccessSubject, type: SharedType, atLeast?: AccessRole): Promise<ReadonlyMap<string, AccessRole>>;
  /** The same with how they come to it. */
  reachOf(subject: AccessSubject, type: SharedType): Promise<ReadonlyMap<string, Reach>>;
  /** Makes somebody the first owner of a new thing. Harmless twice. */
  own(userId: UserId, type: SharedType, id: string): Promise<void>;
  /** Forgets whom a thing was shared with, when it is gone. */
  removeAll(type: SharedType, id: string): Promise<void>;
  /** Makes a change of groups known to this process at once; others hear of it within five seconds. */
  groupsChanged(): void;
}

interface AccessOptions {
  readonly grants: AccessGrantRepository;
  readonly groups: Pick<GroupRepository, 'idsOf'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const ranks: Readonly<Record<AccessRole, number>> = { viewer: 1, editor: 2, owner: 3 };

/** Whether a role includes what another one may do. */
export function isAtLeast(role: AccessRole | undefined, needed: AccessRole): boolean {
  return role !== undefined && ranks[role] >= ranks[needed];
}

export function createAccess({ grants, groups, now }: AccessOptions): Access {
  const groupMemory = createGroupMemory({ groups, now });

  async function reachOf(subject: AccessSubject, type: SharedType): Promise<ReadonlyMap<string, Reach>> {
    const memberOf = await groupMemory.of(subject.userId);
    const found = await grants.findFor(type, principalsOf(subject, memberOf).map(keyOfPrincipal));
    const reaches = new Map<string, Reach>();
    for (const [id, all] of found) {
      const reach = reachBy(all, subject, memberOf);
      if (reach !== undefined) reaches.set(id, reach);
    }
    return reaches;
  }

  return {
    async roleOf(subject, type, id) {
      const [all, memberOf] = await Promise.all([grants.find(type, id), groupMemory.of(subject.userId)]);
      return reachBy(all ?? [], subject, memberOf)?.role;
    },

    async rolesFor(subject, type, ids) {
      const [found, memberOf] = await Promise.all([grants.findMany(type, ids), groupMemory.of(subject.userId)]);
      const roles = new Map<string, AccessRole>();
      for (const [id, all] of found) {
        const reach = reachBy(all, subject, memberOf);
        if (reach !== undefined) roles.set(id, reach.role);
      }
      return roles;
    },

    async idsFor(subject, type, atLeast = 'viewer') {
      const reaches = await reachOf(subject, type);
      const roles = [...reaches].map(([id, { role }]): [string, AccessRole] => [id, role]);
      return new Map(roles.filter(([, role]) => isAtLeast(role, atLeast)));
    },

    reachOf,

    async own(userId, type, id) {
      await grants.begin(type, id, [{ principal: { type: 'user', id: userId }, role: 'owner' }]);
    },

    removeAll: (type, id) => grants.removeAll(type, id),
    groupsChanged: () => groupMemory.clear(),
  };
}

function principalsOf({ userId, role }: AccessSubject, memberOf: readonly GroupId[]): Principal[] {
  return [
    { type: 'user', id: userId },
    { type: 'role', id: role },
    { type: 'public' },
    ...memberOf.map((id): Principal => ({ type: 'group', id })),
  ];
}

function reachBy(all: readonly Grant[], subject: AccessSubject, memberOf: readonly GroupId[]): Reach | undefined {
  const mine = new Set(principalsOf(subject, memberOf).map(keyOfPrincipal));
  const applying = all.filter(({ principal }) => mine.has(keyOfPrincipal(principal)));
  const [first, ...others] = applying.map(({ role }) => role);
  if (first === undefined) return undefined;
  const isOwn = applying.some(({ principal, role }) => principal.type === 'user' && role === 'owner');
  return {
    role: others.reduce((best, role) => (isAtLeast(best, role) ? best : role), first),
    isOwn,
    isShared: !isOwn && applying.some(({ principal }) => principal.type !== 'public'),
    isPublic: all.some(({ principal }) => principal.type === 'public'),
  };
}
