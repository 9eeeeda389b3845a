import type { McpErrorCode } from './mcp-error.ts';
import type { McpCompletion, McpCompletionRequest, McpPrompt, McpPromptMessage } from './mcp-prompt.ts';
import type { McpResource, McpResourceContent, McpResourceTemplate } from './mcp-resource.ts';
import type { McpTarget } from './mcp-server.ts';
import type { McpToolCall, McpToolList, McpToolResult } from './mcp-tool.ts';

/** How a server does for a holder, as far as is known without asking it. */
export type McpStatus =
  | { readonly state: 'idle' | 'connecting' | 'connected' | 'sign-in-needed' }
  | {
      readonly state: 'failing';
      readonly code: McpErrorCode;
      /** For people. */
      readonly message: string;
      /** When it is tried again; calls before that fail with `backing-off`. */
      readonly retryAt: Date;
    };

/** What a server says of itself, all of it untrusted text. */
export interface McpServerInfo {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
  /** The protocol revision both sides speak. */
  readonly revision: string;
  readonly instructions?: string;
  readonly capabilities: {
    readonly tools: boolean;
    readonly resources: boolean;
    readonly prompts: boolean;
    readonly completions: boolean;
    readonly logging: boolean;
  };
}

/**
 * Every MCP server of a process: connects on demand, keeps one connection for each (server, holder, definition), and
 * throws `McpError`, or what a callback of a call threw. No server can make it fail another's calls.
 */
export interface McpHub {
  /** Known at once when listed before and not stale; otherwise connects and lists. */
  tools(target: McpTarget, signal: AbortSignal): Promise<McpToolList>;
  /** What was listed last, without waiting or connecting; undefined when never listed. */
  knownTools(target: McpTarget): McpToolList | undefined;
  callTool(target: McpTarget, call: McpToolCall, signal: AbortSignal): Promise<McpToolResult>;
  /** Empty for a server without resources. */
  resources(target: McpTarget, signal: AbortSignal): Promise<readonly McpResource[]>;
  resourceTemplates(target: McpTarget, signal: AbortSignal): Promise<readonly McpResourceTemplate[]>;
  readResource(target: McpTarget, uri: string, signal: AbortSignal): Promise<readonly McpResourceContent[]>;
  /** Empty for a server without prompts. */
  prompts(target: McpTarget, signal: AbortSignal): Promise<readonly McpPrompt[]>;
  getPrompt(
    target: McpTarget,
    name: string,
    given: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly McpPromptMessage[]>;
  complete(target: McpTarget, request: McpCompletionRequest, signal: AbortSignal): Promise<McpCompletion>;
  status(target: McpTarget): McpStatus;
  /** Connects now, back-off or not, and says what the server says of itself. */
  connect(target: McpTarget, signal: AbortSignal): Promise<McpServerInfo>;
  /** Ends the connections of a server, of all holders or of one, and forgets its lists and failures. */
  disconnect(serverId: string, holder?: string): Promise<void>;
  /** Called whenever a status or a list changed; the answer ends it. */
  onChange(listener: (serverId: string, holder: string) => void): () => void;
  /** Ends everything; resolves when no socket and no child process is left. */
  close(): Promise<void>;
}
