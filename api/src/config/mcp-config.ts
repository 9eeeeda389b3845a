import type { McpServer } from '@parley/mcp';

/** What a person fills in for themselves before a server works. */
export interface McpVariableConfig {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly sensitive: boolean;
}

/** A program to start, or an address to connect to. Placeholders for people (`{{…}}`) are still in the texts. */
export type McpTransportConfig =
  | {
      readonly type: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | {
      readonly type: 'streamable-http' | 'sse';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** How people sign in to a server. */
export interface McpSignInConfig {
  /** `when-asked`: nobody has said, so it shows when the server answers 401. */
  readonly need: 'always' | 'when-asked';
  readonly settings: NonNullable<McpServer['oauth']>;
  /** Sent with every request of signing in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Instead of our own; an admin has it registered somewhere. */
  readonly redirectUri?: string;
}

/** An MCP server of `librechat.yaml`, with its `${ENV}` values filled in. */
export interface McpServerConfig {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly transport: McpTransportConfig;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly variables: readonly McpVariableConfig[];
  /** What people see of it. */
  readonly auth: 'none' | 'api-key' | 'oauth';
  /** Absent: nobody ever signs in. */
  readonly signIn?: McpSignInConfig;
  readonly inChatMenu: boolean;
  /** Whether it is asked for its tools when Parley starts. */
  readonly connectsAtStart: boolean;
  /** What models are told about using it: nothing, the server's own words, or these. */
  readonly instructions: boolean | string;
}

/** What an operator decides about MCP. */
export interface McpConfig {
  readonly servers: readonly McpServerConfig[];
  /** What only admins may do; the others see no server, or add none. */
  readonly forAdmins: { readonly use: boolean; readonly create: boolean };
  /** When given, servers may be at these domains only. */
  readonly allowedDomains?: readonly string[];
  /** Private addresses that servers may have all the same. */
  readonly allowedAddresses: readonly string[];
  /** Of the process, what programs need to run at all; they see nothing else of it. */
  readonly environment: Readonly<Record<string, string>>;
}
