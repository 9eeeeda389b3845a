/** Something a server lets be read. */
export interface McpResource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  /** In bytes. */
  readonly size?: number;
}

/** A family of resources: an RFC 6570 template and what it stands for. */
export interface McpResourceTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
}

/** What was read: text, or `data` in base64. */
export interface McpResourceContent {
  readonly uri: string;
  readonly mimeType?: string;
  readonly text?: string;
  readonly data?: string;
  /** What the server says about it to hosts, such as `ui` for MCP Apps (`_meta`). */
  readonly meta?: Readonly<Record<string, unknown>>;
}
