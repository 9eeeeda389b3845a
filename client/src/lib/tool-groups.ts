import type { McpServerState, McpServerView, ToolInfo, ToolRef } from '@parley/contracts';

/** Tools of one origin, as they are listed together. */
export interface ToolGroup {
  /** Names the whole group where it can be chosen at once: `mcp/<server>`, `action/<set>`, `code/interpreter`; otherwise `built-in`. */
  readonly key: string;
  readonly whole: ToolRef | undefined;
  readonly kind: ToolInfo['source']['kind'];
  readonly title: string;
  readonly description: string;
  /** Of an MCP server only. */
  readonly state: McpServerState | undefined;
  /** None where it can only be chosen as a whole. */
  readonly tools: readonly ToolInfo[];
}

/** The tools by where they come from: built-in ones first, then servers (also those not connected yet), then actions. */
export function groupTools(tools: readonly ToolInfo[], servers: readonly McpServerView[]): ToolGroup[] {
  const builtIn = tools.filter(({ source }) => source.kind === 'built-in');
  const byWhole = Map.groupBy(
    tools.filter(({ source }) => source.kind === 'mcp' || source.kind === 'action'),
    ({ ref }) => wholeOf(ref),
  );
  const ofServers = servers.map((server): ToolGroup => {
    const whole = `mcp/${server.name}`;
    const { title, description, state } = server;
    return { key: whole, whole, kind: 'mcp', title, description, state, tools: byWhole.get(whole) ?? [] };
  });
  const listed = new Set(ofServers.map(({ key }) => key));
  const others = [...byWhole].flatMap(([whole, items]): ToolGroup[] => {
    const source = items[0]?.source;
    if (!source || listed.has(whole)) return [];
    const { kind, title } = source;
    return [{ key: whole, whole, kind, title, description: '', state: undefined, tools: items }];
  });
  const first: ToolGroup = {
    key: 'built-in',
    whole: undefined,
    kind: 'built-in',
    title: builtIn[0]?.source.title ?? '',
    description: '',
    state: undefined,
    tools: builtIn,
  };
  return [...(builtIn.length > 0 ? [first] : []), ...codeGroup(tools), ...ofServers, ...others];
}

/** The code interpreter, whose tools are of use only together; nothing where code cannot be run or a rule forbids it. */
function codeGroup(tools: readonly ToolInfo[]): ToolGroup[] {
  const [tool] = tools.filter(({ source, effect }) => source.kind === 'code' && effect !== 'deny');
  if (!tool) return [];
  const { kind, title } = tool.source;
  const whole = wholeOf(tool.ref);
  return [{ key: whole, whole, kind, title, description: '', state: undefined, tools: [] }];
}

/** The groups with the tools that fit what was typed; a group whose own name fits keeps all of its tools. */
export function searchGroups(groups: readonly ToolGroup[], query: string): ToolGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  return groups.flatMap((group) => {
    if (fits(group.title)) return [group];
    const tools = group.tools.filter((tool) => fits(`${group.title} ${tool.title} ${tool.description} ${tool.ref}`));
    return tools.length > 0 ? [{ ...group, tools }] : [];
  });
}

/** What is left of the choice when a tool or a whole group is added to it, or taken out of it. */
export function toggleTool(chosen: readonly ToolRef[], ref: ToolRef, on: boolean): ToolRef[] {
  // A whole group makes the single choices in it needless.
  const rest = chosen.filter((other) => other !== ref && !(on && other.startsWith(`${ref}/`)));
  return on ? [...rest, ref] : rest;
}

/** The server or set that a tool is part of: `mcp/files/read` is of `mcp/files`. */
export function wholeOf(ref: ToolRef): ToolRef {
  return ref.split('/').slice(0, 2).join('/');
}
