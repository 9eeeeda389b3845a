import type { McpOAuthSettings } from '../oauth/mcp-sign-in.ts';

/** A program on this machine that speaks over its standard streams. */
export interface McpStdioTransport {
  readonly type: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  /** All the program sees of the environment besides PATH, HOME and LANG. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server behind a URL: Streamable HTTP (which falls back to HTTP+SSE when the server knows only that), or HTTP+SSE at once. */
export interface McpHttpTransport {
  readonly type: 'streamable-http' | 'sse';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a server is and how to talk to it; every placeholder is filled in already. */
export interface McpServer {
  /** Unique in an install. */
  readonly id: string;
  readonly transport: McpStdioTransport | McpHttpTransport;
  /** Absent: negotiated, the newest both sides know. */
  readonly revision?: '2025-11-25' | '2026-07-28';
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** Absent: no OAuth. Empty: everything is discovered. */
  readonly oauth?: McpOAuthSettings;
}

/** A server as somebody may use it: connections and credentials are never shared between holders. */
export interface McpTarget {
  readonly server: McpServer;
  /** `shared`, or the id of a user or of a run. */
  readonly holder: string;
}
