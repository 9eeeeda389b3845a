import type { ToolRef } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { ActionSetRecord, ActionSetRepository } from '../database/repositories/action-set-repository.ts';
import type { Tool, ToolOrigin } from '../tools/tool.ts';
import type { Vault } from '../vault/vault.ts';
import { secretContext } from './action-service.ts';
import { callOperation } from './call-operation.ts';
import type { ActionCredentials } from './call-operation.ts';
import type { ActionTool, ReadActions } from './stored-actions.ts';

interface ActionToolsOptions {
  readonly sets: ActionSetRepository;
  readonly access: Pick<Access, 'idsFor' | 'roleOf'>;
  readonly vault: Vault;
  readonly read: ReadActions;
  /** Refuses addresses that may not be reached. */
  readonly fetch: typeof fetch;
}

/** Tools made of the operations of action sets: `action/<set>` and `action/<set>/<operation>`. */
export function createActionTools({ sets, access, vault, read, fetch }: ActionToolsOptions): ToolOrigin {
  /** A tool for one person, as long as they may use it and it is what they were shown. */
  function toolFor(caller: AccessSubject, set: ActionSetRecord, { operation, spec }: ActionTool): Tool {
    const { id, title, serverUrl, updatedAt } = set;
    return {
      spec,
      async run(input, { signal }) {
        const [current, role] = await Promise.all([sets.find(id), access.roleOf(caller, 'action-set', id)]);
        if (current === undefined || role === undefined) return { output: noticeOf(undefined), failed: true };
        if (current.updatedAt.getTime() !== updatedAt.getTime()) {
          return { output: `“${title}” has changed meanwhile, so nothing was done.`, failed: true };
        }
        return await callOperation({ operation, serverUrl, credentials: credentialsOf(current), fetch }, input, signal);
      },
    };
  }

  function credentialsOf({ id, authKind: kind, authHeader, sealedSecret }: ActionSetRecord): ActionCredentials {
    if (kind === 'none' || sealedSecret === undefined) return { kind: 'none' };
    const secret = vault.open(sealedSecret, secretContext(id));
    return kind === 'header' ? { kind, secret, header: authHeader ?? '' } : { kind, secret };
  }

  return {
    kind: 'action',

    async tools(caller, refs) {
      const asked = refs.map((ref) => ({ ref, id: ref.split('/', 2)[1] ?? '' }));
      const roles = await access.idsFor(caller, 'action-set');
      const ids = [...new Set(asked.map(({ id }) => id))].filter((id) => roles.has(id));
      const found = new Map((await sets.list(ids)).map((set) => [set.id, set]));
      const wanted = new Map<ToolRef, Tool>();
      const notices: string[] = [];
      for (const { ref, id } of asked) {
        const set = found.get(id);
        const tools = set === undefined ? [] : read(set).tools.filter(({ spec }) => isMeant(ref, spec.ref));
        if (set === undefined || tools.length === 0) notices.push(noticeOf(set));
        else for (const tool of tools) wanted.set(tool.spec.ref, toolFor(caller, set, tool));
      }
      return { tools: [...wanted.values()], notices: [...new Set(notices)] };
    },

    async known(user) {
      const roles = await access.idsFor(user, 'action-set');
      const found = await sets.list([...roles.keys()]);
      return found.flatMap((set) => read(set).tools.map(({ spec }) => spec));
    },
  };
}

/** A ref means one operation, or all of its set. */
function isMeant(ref: ToolRef, own: ToolRef): boolean {
  return own === ref || own.startsWith(`${ref}/`);
}

function noticeOf(set: ActionSetRecord | undefined): string {
  if (set !== undefined) return `An action of “${set.title}” is not there any more.`;
  return 'Some actions are not there any more, or are not shared with you.';
}
