import type { Client } from '@modelcontextprotocol/client';
import type { McpServerInfo } from '../core/mcp-hub.ts';
import type { CallScope } from './call-scope.ts';

/** The lists a server keeps. */
export type ListName = 'tools' | 'resources' | 'templates' | 'prompts';

/** An open connection: an SDK client that shook hands, and what the hub has to know about it. */
export interface Connection {
  readonly client: Client;
  readonly info: McpServerInfo;
  /** The requests that run on it, oldest first. */
  readonly scopes: Set<CallScope>;
  /** Resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** What a connection tells whoever keeps it; nothing after `lost`. */
export interface ConnectionListener {
  lost(): void;
  listChanged(lists: readonly ListName[]): void;
}
