import { ProtocolError } from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpTool, McpToolCall, McpToolResult } from '../core/mcp-tool.ts';
import { callTool } from '../requests/call-tool.ts';
import type { ServerLists } from './create-server-lists.ts';
import type { Slot } from './create-slot.ts';

interface CallPlace {
  readonly slot: Slot;
  readonly lists: ServerLists;
  readonly limits: McpLimits;
}

/** The server wants headers for arguments that its tool did not have when it was listed (2026-07-28). */
const headerMismatch = -32020;

/** Calls a tool the server listed; one that is not known yet is looked for in a new list. */
export async function callListedTool(
  { slot, lists, limits }: CallPlace,
  call: McpToolCall,
  signal: AbortSignal,
): Promise<McpToolResult> {
  const { callTimeoutMs: timeoutMs } = slot.target.server;
  const tool = findTool(lists, call.name) ?? (await lookForTool(lists, call.name, signal));
  const run = async (listed: McpTool): Promise<McpToolResult> =>
    await slot.use(signal, (connection) =>
      callTool({ connection, tool: listed, call, timeoutMs, mostRounds: limits.inputRounds }, signal),
    );
  try {
    return await run(tool);
  } catch (error) {
    if (!isHeaderMismatch(error)) throw error;
    return await run(await lookForTool(lists, call.name, signal));
  }
}

function findTool(lists: ServerLists, name: string): McpTool | undefined {
  return lists.known('tools')?.tools.find((tool) => tool.name === name);
}

async function lookForTool(lists: ServerLists, name: string, signal: AbortSignal): Promise<McpTool> {
  const { tools, problems } = await lists.refresh('tools', signal);
  const found = tools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  const problem = problems.find(({ tool }) => tool === name);
  throw new McpError(
    'unknown-tool',
    problem === undefined ? 'The server has no such tool.' : `This tool cannot be used. ${problem.reason}`,
  );
}

function isHeaderMismatch(error: unknown): boolean {
  return error instanceof McpError && error.cause instanceof ProtocolError && error.cause.code === headerMismatch;
}
