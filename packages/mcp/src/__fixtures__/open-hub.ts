import { createMcpHub } from '../hub/create-mcp-hub.ts';
import type { McpHubOptions } from '../hub/create-mcp-hub.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpServer, McpTarget } from '../core/mcp-server.ts';

/** A hub for tests: the environment is this process's, the log is dropped, the clock is real. */
export function openHub(options: Partial<McpHubOptions> = {}): McpHub {
  return createMcpHub({
    fetch,
    clientInfo: { name: 'parley', version: '0.0.0' },
    environment: process.env,
    now: Date.now,
    log: () => undefined,
    ...options,
  });
}

/** A server behind a URL, as everybody shares it. */
export function httpTarget(url: string, more: Partial<McpServer> & { readonly holder?: string } = {}): McpTarget {
  const { holder = 'shared', ...server } = more;
  return {
    holder,
    server: {
      id: 'http',
      transport: { type: 'streamable-http', url, headers: {} },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 20_000,
      ...server,
    },
  };
}

/** A Node program as a stdio server. */
export function stdioTarget(args: readonly string[], more: Partial<McpServer> & { readonly holder?: string } = {}): McpTarget {
  const { holder = 'shared', ...server } = more;
  return {
    holder,
    server: {
      id: 'stdio',
      transport: { type: 'stdio', command: process.execPath, args, env: {} },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 20_000,
      ...server,
    },
  };
}
