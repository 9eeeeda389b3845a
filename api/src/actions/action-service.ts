import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { AccessRole, ActionOperation, ActionSet, ActionSetSettings } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { ActionSetRecord, ActionSetRepository } from '../database/repositories/action-set-repository.ts';
import type { Vault } from '../vault/vault.ts';
import { readOpenApi } from './openapi-document.ts';
import type { OpenApiOperation } from './openapi-document.ts';
import type { ReadActions } from './stored-actions.ts';

interface Inspection {
  readonly title: string;
  readonly serverUrl: string | null;
  readonly operations: ActionOperation[];
  readonly leftOut: string[];
}

/** Operations of HTTP APIs. All that take an id throw `action-set-not-found`, also for what is not shared with the asker. */
export interface ActionService {
  list(asker: AccessSubject): Promise<ActionSet[]>;
  /** What a description offers. Throws `invalid-request`. */
  inspect(specification: string): Inspection;
  /** Throws `invalid-request` and `address-not-allowed`. */
  create(asker: AccessSubject, settings: ActionSetSettings): Promise<ActionSet>;
  /** Without the secret. Throws `forbidden` for viewers. */
  settings(asker: AccessSubject, id: string): Promise<ActionSetSettings>;
  /** Throws `forbidden` for viewers, and what `create` throws. */
  update(asker: AccessSubject, id: string, settings: ActionSetSettings): Promise<ActionSet>;
  /** Throws `forbidden` for all but owners. */
  remove(asker: AccessSubject, id: string): Promise<void>;
}

interface ActionServiceOptions {
  readonly sets: ActionSetRepository;
  readonly access: Pick<Access, 'roleOf' | 'idsFor' | 'own' | 'removeAll'>;
  readonly vault: Vault;
  readonly read: ReadActions;
  /** Throws `address-not-allowed`. */
  readonly checkAddress: (address: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the secret of an action set is sealed for. */
export function secretContext(id: string): string {
  return `action_sets/${id}`;
}

export function createActionService({
  sets,
  access,
  vault,
  read,
  checkAddress,
  now,
}: ActionServiceOptions): ActionService {
  async function find(
    asker: AccessSubject,
    id: string,
    needed: readonly AccessRole[],
  ): Promise<{ set: ActionSetRecord; role: AccessRole }> {
    const [set, role] = await Promise.all([sets.find(id), access.roleOf(asker, 'action-set', id)]);
    if (set === undefined || role === undefined) throw problem('action-set-not-found');
    if (!needed.includes(role)) throw problem('forbidden');
    return { set, role };
  }

  function toRecord(id: string, settings: ActionSetSettings, before: ActionSetRecord | undefined): ActionSetRecord {
    const document = readOpenApi(settings.specification);
    const serverUrl = (settings.serverUrl ?? document.serverUrl)?.replace(/\/+$/, '');
    if (serverUrl === undefined) {
      throw problem('invalid-request', {
        detail: 'The description names no server with http:// or https://; please enter its address.',
        issues: [{ path: 'body.serverUrl', message: 'Please enter the address of the API' }],
      });
    }
    checkServer(serverUrl);
    const known = new Set(document.operations.map(({ operationId }) => operationId));
    const unknown = settings.enabled.find((operationId) => !known.has(operationId));
    if (unknown !== undefined) {
      throw problem('invalid-request', {
        detail: `The description has no usable operation “${unknown}”.`,
        issues: [{ path: 'body.enabled', message: `There is no operation “${unknown}”` }],
      });
    }
    const at = new Date(now());
    return {
      id,
      title: settings.title,
      specification: settings.specification,
      serverUrl,
      enabled: settings.enabled,
      ...credentialsOf(id, settings.auth, before),
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    };
  }

  function checkServer(serverUrl: string): void {
    const url = URL.parse(serverUrl);
    if (url !== null && url.username === '' && url.password === '') {
      checkAddress(serverUrl);
      return;
    }
    const message = url === null ? 'is no address' : 'must not hold a user name or password';
    throw problem('invalid-request', {
      detail: `The server’s address ${message}.`,
      issues: [{ path: 'body.serverUrl', message }],
    });
  }

  function credentialsOf(
    id: string,
    auth: ActionSetSettings['auth'],
    before: ActionSetRecord | undefined,
  ): Pick<ActionSetRecord, 'authKind' | 'authHeader' | 'sealedSecret'> {
    if (auth.kind === 'none') return { authKind: 'none' };
    const sealedSecret = auth.secret === undefined ? before?.sealedSecret : vault.seal(auth.secret, secretContext(id));
    if (sealedSecret === undefined) {
      throw problem('invalid-request', { issues: [{ path: 'body.auth.secret', message: 'Please enter the key' }] });
    }
    if (auth.kind !== 'header') return { authKind: auth.kind, sealedSecret };
    if (auth.header === undefined || !/^(?:query:[^\s&=#]+|[A-Za-z0-9-]+)$/.test(auth.header)) {
      const message = 'Please enter the name of the header, or query:name';
      throw problem('invalid-request', { issues: [{ path: 'body.auth.header', message }] });
    }
    return { authKind: 'header', authHeader: auth.header, sealedSecret };
  }

  function toActionSet(set: ActionSetRecord, myRole: AccessRole): ActionSet {
    const { operations } = read(set);
    const enabled = new Set(set.enabled);
    return {
      id: set.id,
      title: set.title,
      serverUrl: set.serverUrl,
      operations: operations.map((one) => toOperation(one, enabled.has(one.operationId))),
      auth: set.authKind,
      myRole,
      updatedAt: set.updatedAt.toISOString(),
    };
  }

  return {
    async list(asker) {
      const roles = await access.idsFor(asker, 'action-set');
      const found = await sets.list([...roles.keys()]);
      return found.map((set) => toActionSet(set, roles.get(set.id) ?? 'viewer'));
    },

    inspect(specification) {
      const { title, serverUrl, operations, leftOut } = readOpenApi(specification);
      return { title, serverUrl, operations: operations.map((one) => toOperation(one, true)), leftOut: [...leftOut] };
    },

    async create(asker, settings) {
      const set = toRecord(randomUUID(), settings, undefined);
      // Access first: a set that nobody owns could never be removed, an id without a set harms nobody.
      await access.own(asker.userId, 'action-set', set.id);
      await sets.create(set);
      return toActionSet(set, 'owner');
    },

    async settings(asker, id) {
      const { set } = await find(asker, id, ['editor', 'owner']);
      const { title, specification, serverUrl, enabled, authKind: kind, authHeader } = set;
      const header = authHeader === undefined ? {} : { header: authHeader };
      return {
        title,
        specification,
        serverUrl,
        enabled: [...enabled],
        auth: kind === 'none' ? { kind } : { kind, ...header },
      };
    },

    async update(asker, id, settings) {
      const { set, role } = await find(asker, id, ['editor', 'owner']);
      const changed = toRecord(id, settings, set);
      if (changed.serverUrl !== set.serverUrl && settings.auth.kind !== 'none' && settings.auth.secret === undefined) {
        // Otherwise an editor could have the owner's secret sent to a server of their own.
        const message = 'Please enter the key again: it was meant for another address';
        throw problem('invalid-request', { issues: [{ path: 'body.auth.secret', message }] });
      }
      if (!(await sets.replace(changed))) throw problem('action-set-not-found');
      return toActionSet(changed, role);
    },

    async remove(asker, id) {
      await find(asker, id, ['owner']);
      await sets.remove(id);
      await access.removeAll('action-set', id);
    },
  };
}

function toOperation({ operationId, method, path, summary }: OpenApiOperation, enabled: boolean): ActionOperation {
  return { operationId, method, path, summary, enabled };
}
