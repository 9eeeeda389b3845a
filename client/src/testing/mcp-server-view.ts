import type { McpServerView } from '@parley/contracts';

/** An MCP server that somebody has added by its address, unless `change` says otherwise. */
export function mcpServerView(name: string, change: Partial<McpServerView> = {}): McpServerView {
  return {
    name,
    title: name,
    description: '',
    origin: 'user',
    transport: 'streamable-http',
    url: `https://${name}.example/mcp`,
    auth: 'none',
    myRole: 'owner',
    state: 'idle',
    isSignedIn: false,
    variables: [],
    toolCount: null,
    inChatMenu: true,
    ...change,
  };
}
