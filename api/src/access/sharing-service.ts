import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { AccessGrant, ProblemCode, SharedType } from '@parley/contracts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AccessGrantRepository } from '../database/repositories/access-grant-repository.ts';
import type { Grant } from '../database/schemas/access-grant-document.ts';
import type { Access, AccessSubject } from './access-service.ts';
import { describeChange } from './describe-change.ts';
import { keyOfPrincipal } from './principal-key.ts';
import type { PrincipalNames } from './principal-names.ts';

/** Whom things are shared with. Both throw what says that a thing does not exist, and `forbidden` for who is no owner. */
export interface SharingService {
  grants(asker: AccessSubject, type: SharedType, id: string): Promise<AccessGrant[]>;
  /**
   * Shares a thing with exactly these. Throws `last-owner` when no person would own it, and `invalid-request` for a
   * principal that does not exist or is named twice.
   */
  share(asker: AccessSubject, type: SharedType, id: string, grants: readonly Grant[]): Promise<AccessGrant[]>;
}

interface SharingServiceOptions {
  readonly access: Access;
  readonly grants: AccessGrantRepository;
  readonly names: PrincipalNames;
  readonly audit: Pick<AuditLog, 'note'>;
  /** What people call a thing, for the audit log; its id where nobody knows. */
  readonly nameOf: (type: SharedType, id: string) => Promise<string | undefined>;
  /** Throws where the operator does not let somebody share like that. */
  readonly checkAllowed?: (asker: AccessSubject, type: SharedType, wanted: readonly Grant[]) => void;
}

const unknown: Readonly<Record<SharedType, ProblemCode>> = {
  agent: 'agent-not-found',
  'mcp-server': 'mcp-server-not-found',
  'action-set': 'action-set-not-found',
  'prompt-group': 'prompt-not-found',
};

export function createSharingService(options: SharingServiceOptions): SharingService {
  const { access, grants, names, audit, nameOf, checkAllowed } = options;

  async function checkOwner(asker: AccessSubject, type: SharedType, id: string): Promise<void> {
    const role = await access.roleOf(asker, type, id);
    if (role === undefined) throw problem(unknown[type]);
    if (role !== 'owner') throw problem('forbidden', { detail: 'Only owners decide who may use this.' });
  }

  /** Those whose account or group is gone are left out. */
  async function named(all: readonly Grant[]): Promise<AccessGrant[]> {
    const found = await names.of(all.map(({ principal }) => principal));
    return all.flatMap(({ role }, index) => {
      const name = found[index];
      return name === undefined ? [] : [{ ...name, role }];
    });
  }

  async function checkPrincipals(wanted: readonly Grant[]): Promise<void> {
    const found = await names.of(wanted.map(({ principal }) => principal));
    const seen = new Set<string>();
    const issues = wanted.flatMap(({ principal }, index) => {
      const key = keyOfPrincipal(principal);
      const isTwice = seen.has(key);
      seen.add(key);
      if (found[index] !== undefined && !isTwice) return [];
      return [{ path: `body.grants.${index}.principal`, message: isTwice ? 'is named twice' : 'does not exist' }];
    });
    if (issues.length > 0) {
      throw problem('invalid-request', { detail: 'Some of these people or groups cannot be chosen.', issues });
    }
  }

  return {
    async grants(asker, type, id) {
      await checkOwner(asker, type, id);
      return await named((await grants.find(type, id)) ?? []);
    },

    async share(asker, type, id, wanted) {
      await checkOwner(asker, type, id);
      checkAllowed?.(asker, type, wanted);
      await checkPrincipals(wanted);
      if (!wanted.some(({ principal, role }) => principal.type === 'user' && role === 'owner')) {
        throw problem('last-owner', { detail: 'At least one person has to be an owner.' });
      }
      const change = describeChange((await grants.find(type, id)) ?? [], wanted);
      if (change === undefined) return await named(wanted);
      // Before the change: what a crash leaves behind may be a note without a change, never a change without a note.
      await audit.note({
        id: randomUUID(),
        actor: asker.userId,
        action: 'access-changed',
        subject: (await nameOf(type, id)) ?? id,
        details: { type, id, ...change },
      });
      if (!(await grants.replace(type, id, wanted))) throw problem(unknown[type]);
      return await named(wanted);
    },
  };
}
