import type { ToolRef } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { ActionSetRecord, ActionSetRepository } from '../database/repositories/action-set-repository.ts';
import { slug, toolDigest, toolName } from '../tool-identity.ts';
import type { Tool, ToolOrigin, ToolSpec } from '../tools/tool.ts';
import type { Vault } from '../vault/vault.ts';
import { secretContext } from './action-service.ts';
import { callOperation } from './call-operation.ts';
import type { ActionCredentials } from './call-operation.ts';
import { readOpenApi } from './openapi-document.ts';
import type { OpenApiOperation } from './openapi-document.ts';

interface ActionToolsOptions {
  readonly sets: ActionSetRepository;
  readonly access: Pick<Access, 'idsFor' | 'roleOf'>;
  readonly vault: Vault;
  /** Refuses addresses that may not be reached. */
  readonly fetch: typeof fetch;
}

/** Descriptions that were read last: reading one costs milliseconds, and every turn wants it. */
const mostKept = 200;

/** Tools made of the operations of action sets: `action/<set>` and `action/<set>/<operation>`. */
export function createActionTools({ sets, access, vault, fetch }: ActionToolsOptions): ToolOrigin {
  const kept = new Map<string, { readonly updatedAt: number; readonly tools: readonly Tool[] }>();

  /** All enabled operations of a set. */
  function toolsOf(set: ActionSetRecord): readonly Tool[] {
    const held = kept.get(set.id);
    if (held?.updatedAt === set.updatedAt.getTime()) return held.tools;
    const enabled = new Set(set.enabled);
    const operations = readOpenApi(set.specification).operations.filter((one) => enabled.has(one.operationId));
    const tools = operations.map((operation): Tool => {
      const { serverUrl } = set;
      return {
        spec: specOf(set, operation),
        run: (input, { signal }) =>
          callOperation({ operation, serverUrl, credentials: credentialsOf(set), fetch }, input, signal),
      };
    });
    if (kept.size >= mostKept) kept.clear();
    kept.set(set.id, { updatedAt: set.updatedAt.getTime(), tools });
    return tools;
  }

  /** The same tool for one person, as long as they may use it and it is what they were shown. */
  function toolFor(caller: AccessSubject, set: ActionSetRecord, tool: Tool): Tool {
    return {
      spec: tool.spec,
      async run(input, context) {
        const [current, role] = await Promise.all([sets.find(set.id), access.roleOf(caller, 'action-set', set.id)]);
        if (current === undefined || role === undefined) return { output: noticeOf(undefined), failed: true };
        if (current.updatedAt.getTime() === set.updatedAt.getTime()) return await tool.run(input, context);
        return { output: `“${set.title}” has changed meanwhile, so nothing was done.`, failed: true };
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
        const tools = set === undefined ? [] : toolsOf(set).filter(({ spec }) => isMeant(ref, spec.ref));
        if (set === undefined || tools.length === 0) notices.push(noticeOf(set));
        else for (const tool of tools) wanted.set(tool.spec.ref, toolFor(caller, set, tool));
      }
      return { tools: [...wanted.values()], notices: [...new Set(notices)] };
    },

    async known(user) {
      const roles = await access.idsFor(user, 'action-set');
      const found = await sets.list([...roles.keys()]);
      return found.flatMap((set) => toolsOf(set).map(({ spec }) => spec));
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

function specOf(set: ActionSetRecord, operation: OpenApiOperation): ToolSpec {
  const { operationId, method, path, summary, description } = operation;
  const ref = `action/${set.id}/${operationId}`;
  const name = toolName(`${slug(set.title, 'actions')}__${operationId}`, ref);
  const inputSchema = inputSchemaOf(operation);
  const told = [summary, description].filter((text) => text !== '').join('\n') || `${method.toUpperCase()} ${path}`;
  return {
    name,
    ref,
    title: summary === '' ? operationId : summary,
    source: { kind: 'action', id: set.id, title: set.title },
    description: told,
    inputSchema,
    // What the methods of HTTP promise (RFC 9110, section 9.2), as far as a foreign server keeps it.
    hints: {
      readOnly: method === 'get',
      destructive: method === 'delete',
      idempotent: method !== 'post' && method !== 'patch',
      openWorld: true,
    },
    isTrusted: false,
    digest: toolDigest(name, `${set.serverUrl} ${told}`, inputSchema),
  };
}

/** Parameters by their names; the body, where there is one, as `body`. */
function inputSchemaOf({ parameters, body }: OpenApiOperation): Readonly<Record<string, unknown>> {
  const properties: Record<string, unknown> = {};
  const required = new Set<string>();
  for (const { name, description, schema, required: isRequired, in: place } of parameters) {
    const own = typeof schema === 'object' && schema !== null ? schema : {};
    properties[name] = description === undefined ? own : { ...own, description };
    if (isRequired === true || place === 'path') required.add(name);
  }
  if (body !== undefined) {
    properties['body'] = body.schema;
    if (body.isRequired) required.add('body');
  }
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}
