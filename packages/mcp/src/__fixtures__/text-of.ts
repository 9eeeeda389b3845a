import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';

/** Calls a tool and answers the text its result begins with; empty when it begins with something else. */
export async function textOf(
  hub: McpHub,
  target: McpTarget,
  name: string,
  given: Record<string, unknown> = {},
): Promise<string> {
  const { content } = await hub.callTool(target, { name, arguments: given }, AbortSignal.timeout(60_000));
  const [first] = content;
  return first?.type === 'text' ? first.text : '';
}
