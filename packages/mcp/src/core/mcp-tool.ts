import type { McpContent } from './mcp-content.ts';
import type { McpElicitation, McpElicitationAnswer } from './mcp-elicitation.ts';
import type { McpSamplingAnswer, McpSamplingRequest } from './mcp-sampling.ts';

/** What a server says a tool does to the world; hints, not promises. */
export interface McpToolAnnotations {
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  readonly idempotent?: boolean;
  readonly openWorld?: boolean;
}

/** A tool as its server describes it: name, words and schemas verbatim. */
export interface McpTool {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations: McpToolAnnotations;
  /** The `ui://` resource that shows the tool's results (MCP Apps). */
  readonly appUri?: string;
  /** The tool is there for its app and is not shown to models (MCP Apps). */
  readonly appOnly?: boolean;
}

/** The tools of a server. Those that cannot be used are left out, each with the reason, in words for people. */
export interface McpToolList {
  readonly tools: readonly McpTool[];
  readonly problems: readonly { readonly tool: string; readonly reason: string }[];
  /** How the server says its tools are to be used. */
  readonly instructions?: string;
}

/** How far a call is, in the server's own unit. */
export interface McpProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A line of the server's own log while a call runs; its text is the server's and untrusted. */
export interface McpLogEntry {
  readonly level: string;
  readonly logger?: string;
  readonly text: string;
}

/** One call. What the server asks while it runs goes to the call's own callbacks and to nobody else's. */
export interface McpToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly onProgress?: (progress: McpProgress) => void;
  readonly onLog?: (entry: McpLogEntry) => void;
  /** The server asks the user something. Absent: declined. The signal ends with the call. */
  readonly onElicit?: (request: McpElicitation, signal: AbortSignal) => Promise<McpElicitationAnswer>;
  /** The server wants a model's answer. Absent: refused. The signal ends with the call. */
  readonly onSample?: (request: McpSamplingRequest, signal: AbortSignal) => Promise<McpSamplingAnswer>;
}

/** What a tool answered; `isError` is the tool's own failure, for the model to read. */
export interface McpToolResult {
  readonly content: readonly McpContent[];
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  /** What the server says to the tool's app alone (`_meta`); never for models. */
  readonly meta?: Readonly<Record<string, unknown>>;
}
