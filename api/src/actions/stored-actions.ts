import type { ActionSetRecord } from '../database/repositories/action-set-repository.ts';
import { slug, toolDigest, toolName } from '../tool-identity.ts';
import type { ToolSpec } from '../tools/tool.ts';
import { readOpenApi } from './openapi-document.ts';
import type { OpenApiOperation } from './openapi-document.ts';

/** An operation that is switched on, as a tool. */
export interface ActionTool {
  readonly operation: OpenApiOperation;
  readonly spec: ToolSpec;
}

/** What a stored set offers. */
export interface StoredActions {
  readonly operations: readonly OpenApiOperation[];
  readonly tools: readonly ActionTool[];
}

export type ReadActions = (set: ActionSetRecord) => StoredActions;

/** Sets whose descriptions were read last. */
const mostKept = 200;

/** Reads stored sets. Reading a description takes milliseconds or more, and every list and turn wants it: once for each change. */
export function createActionReader(): ReadActions {
  const kept = new Map<string, { readonly updatedAt: number; readonly actions: StoredActions }>();
  return (set) => {
    const updatedAt = set.updatedAt.getTime();
    const held = kept.get(set.id);
    if (held?.updatedAt === updatedAt) return held.actions;
    const actions = readActions(set);
    if (kept.size >= mostKept) kept.clear();
    kept.set(set.id, { updatedAt, actions });
    return actions;
  };
}

function readActions(set: ActionSetRecord): StoredActions {
  const { operations } = readOpenApi(set.specification);
  const enabled = new Set(set.enabled);
  const tools = operations
    .filter(({ operationId }) => enabled.has(operationId))
    .map((operation) => ({ operation, spec: specOf(set, operation) }));
  return { operations, tools };
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
