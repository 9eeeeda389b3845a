import type { McpContent } from './mcp-content.ts';

/** A server's wish for a model's answer. */
export interface McpSamplingRequest {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: readonly McpContent[] }[];
  readonly systemPrompt?: string;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly stopSequences?: readonly string[];
  /** Names the server would like, best first; the host chooses. */
  readonly modelHints: readonly string[];
}

/** A model's answer to a server. */
export interface McpSamplingAnswer {
  readonly model: string;
  readonly text: string;
  readonly stopReason?: string;
}
