import { McpError } from '@parley/mcp';
import type { McpTarget, McpToolList } from '@parley/mcp';
import type { ToolRef } from '@parley/contracts';
import type { Tool, ToolCaller, ToolOrigin, ToolSpec } from '../tools/tool.ts';
import type { McpDefinition } from './mcp-definition.ts';
import { createMcpTool } from './mcp-tool.ts';
import type { McpToolPorts } from './mcp-tool.ts';
import type { ServerDirectory } from './server-directory.ts';
import type { ToolLists } from './tool-lists.ts';
import { listedTools, readRef } from './tool-specs.ts';

/** Milliseconds that a turn waits for a server whose tools nobody has seen yet. */
const longestWait = 2_000;
/** Characters that a server may tell models about its tools. */
const longestInstructions = 8_000;

interface McpToolOriginOptions extends McpToolPorts {
  readonly directory: Pick<ServerDirectory, 'find' | 'list'>;
  readonly lists: ToolLists;
}

type Caller = Pick<ToolCaller, 'userId' | 'role'>;

interface Found {
  readonly tools: readonly Tool[];
  readonly notices: readonly string[];
  readonly instructions: readonly string[];
}

/** The tools of all MCP servers somebody may use. */
export function createMcpToolOrigin(options: McpToolOriginOptions): ToolOrigin {
  const { directory, targets, lists } = options;

  /** What was listed last, at once, and asked for again behind the scenes; or the first list, if it comes soon. */
  async function listOf(definition: McpDefinition, target: McpTarget, signal: AbortSignal): Promise<McpToolList> {
    const known = await lists.known(target);
    if (known === undefined) {
      // One turn has waited for it; those after that one go on without it until it answers.
      if (lists.isSlow(target)) throw new McpError('timed-out', 'it has not answered so far.');
      return await lists.fresh(target, signal);
    }
    lists.refreshSoon(target);
    return known;
  }

  async function reach(caller: Caller, definition: McpDefinition, signal: AbortSignal): Promise<McpToolList | string> {
    const outcome = await targets.of(definition, caller.userId);
    if (outcome.kind === 'variables-needed') {
      const wanted = outcome.variables.map(({ title }) => title).join(', ');
      return `${definition.title} needs something of you before its tools can be used: ${wanted}. Fill it in under MCP servers.`;
    }
    try {
      return await listOf(definition, outcome.target, signal);
    } catch (error) {
      const isSignIn = error instanceof McpError && error.code === 'sign-in-needed';
      if (isSignIn && targets.noteSignInAsked(definition)) return await reach(caller, definition, signal);
      if (isSignIn) return `Sign in to ${definition.title} under MCP servers to use its tools.`;
      if (error instanceof McpError) return `The tools of ${definition.title} are not there yet: ${error.message}`;
      if (signal.aborted) return `The tools of ${definition.title} are not there yet: it has not answered so far.`;
      throw error;
    }
  }

  async function toolsOf(
    caller: Caller,
    definition: McpDefinition,
    wanted: readonly (string | undefined)[],
    signal: AbortSignal,
  ): Promise<Found> {
    const list = await reach(caller, definition, signal);
    if (typeof list === 'string') return { tools: [], notices: [list], instructions: [] };
    const listed = listedTools(definition, list);
    const names = new Set(listed.map(({ tool }) => tool.name));
    const missing = wanted.filter((name) => name !== undefined && !names.has(name));
    const chosen = wanted.includes(undefined) ? listed : listed.filter(({ tool }) => wanted.includes(tool.name));
    return {
      tools: chosen.map((each) => createMcpTool(each, definition, caller, options)),
      notices: missing.map((name) => `${definition.title} has no tool “${name}”.`),
      instructions: chosen.length === 0 ? [] : instructionsOf(definition, list),
    };
  }

  return {
    kind: 'mcp',

    async tools(caller, refs, signal) {
      const wanted = Map.groupBy(new Set(refs), (ref) => readRef(ref)?.server);
      const servers = await directory.find(
        caller,
        [...wanted.keys()].filter((name) => name !== undefined),
      );
      const limit = AbortSignal.any([signal, AbortSignal.timeout(longestWait)]);
      const found = await Promise.all(
        [...wanted].map(async ([name, named]): Promise<Found> => {
          const server = name === undefined ? undefined : servers.get(name);
          if (server === undefined) return { tools: [], notices: [missingServer(name, named)], instructions: [] };
          const names = named.map((ref) => readRef(ref)?.tool);
          return await toolsOf(caller, server.definition, names, limit);
        }),
      );
      signal.throwIfAborted();
      return {
        tools: found.flatMap(({ tools }) => tools),
        notices: found.flatMap(({ notices }) => notices),
        instructions: found.flatMap(({ instructions }) => instructions),
      };
    },

    async known(user) {
      const servers = await directory.list(user);
      const specs = await Promise.all(
        servers.map(async ({ definition }): Promise<readonly ToolSpec[]> => {
          const outcome = await targets.of(definition, user.userId);
          const list = outcome.kind === 'ready' ? await lists.known(outcome.target) : undefined;
          return list === undefined ? [] : listedTools(definition, list).map(({ spec }) => spec);
        }),
      );
      return specs.flat();
    },
  };
}

function instructionsOf({ title, instructions }: McpDefinition, list: McpToolList): string[] {
  const text = instructions === true ? list.instructions : instructions;
  if (typeof text !== 'string' || text.trim() === '') return [];
  return [`About the tools of ${title}:\n${text.trim().slice(0, longestInstructions)}`];
}

function missingServer(name: string | undefined, refs: readonly ToolRef[]): string {
  if (name === undefined) return `These tools do not exist here: ${refs.join(', ')}.`;
  return `The MCP server “${name}” does not exist, or is not shared with you.`;
}
