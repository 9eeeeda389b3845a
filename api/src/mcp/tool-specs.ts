import type { McpTool, McpToolList } from '@parley/mcp';
import type { ToolHints, ToolRef } from '@parley/contracts';
import { toolDigest, toolName } from '../tool-identity.ts';
import type { ToolSpec } from '../tools/tool.ts';
import type { McpDefinition } from './mcp-definition.ts';

/** A tool of a server with what it is called there. */
export interface ListedTool {
  readonly spec: ToolSpec;
  readonly tool: McpTool;
}

/** How refs name servers and their tools: `mcp/<server>` and `mcp/<server>/<tool>`. */
export function readRef(ref: ToolRef): { readonly server: string; readonly tool?: string } | undefined {
  const [, server, tool] = /^mcp\/([^/]+)(?:\/(.+))?$/s.exec(ref) ?? [];
  if (server === undefined) return undefined;
  return tool === undefined ? { server } : { server, tool };
}

/** Lists stay the same object until a server lists anew; each is looked through once for every server and title. */
const known = new WeakMap<McpToolList, Map<string, readonly ListedTool[]>>();

/** What models and people see of a list. Tools that are there for their app alone are left out. */
export function listedTools(definition: McpDefinition, list: McpToolList): readonly ListedTool[] {
  const byServer = known.get(list) ?? new Map<string, readonly ListedTool[]>();
  known.set(list, byServer);
  const key = `${definition.id} ${definition.title}`;
  const found = byServer.get(key);
  if (found !== undefined) return found;
  const made = list.tools
    .filter(({ appOnly }) => appOnly !== true)
    .map((tool) => ({ tool, spec: specOf(definition, tool) }));
  byServer.set(key, made);
  return made;
}

function specOf(definition: McpDefinition, tool: McpTool): ToolSpec {
  const { name, title, description, inputSchema, annotations } = tool;
  const ref = `mcp/${definition.name}/${name}`;
  return {
    name: toolName(`${definition.name}__${name}`, ref),
    ref,
    title: title ?? name,
    source: { kind: 'mcp', id: definition.name, title: definition.title },
    description,
    inputSchema,
    hints: hintsOf(annotations),
    isTrusted: definition.origin === 'config',
    // With the server's id: the same words at another address are another tool.
    digest: toolDigest(`${definition.id}/${name}`, description, inputSchema),
  };
}

/** What is not said is the worst that MCP says it may be. */
function hintsOf({ readOnly, destructive, idempotent, openWorld }: McpTool['annotations']): ToolHints {
  return {
    readOnly: readOnly ?? false,
    destructive: destructive ?? true,
    idempotent: idempotent ?? false,
    openWorld: openWorld ?? true,
  };
}
