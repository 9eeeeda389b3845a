import type { McpContent } from './mcp-content.ts';

/** A prompt a server offers, with the arguments it takes. */
export interface McpPrompt {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly arguments: readonly { readonly name: string; readonly description?: string; readonly required: boolean }[];
}

/** A prompt filled in. */
export interface McpPromptMessage {
  readonly role: 'user' | 'assistant';
  readonly content: McpContent;
}

/** What is being typed, and the arguments already given. */
export interface McpCompletionRequest {
  readonly of:
    | { readonly type: 'prompt'; readonly name: string }
    | { readonly type: 'resource-template'; readonly uriTemplate: string };
  readonly argument: { readonly name: string; readonly value: string };
  readonly given?: Readonly<Record<string, string>>;
}

/** Values that would complete it, best first. */
export interface McpCompletion {
  readonly values: readonly string[];
  readonly hasMore: boolean;
}
