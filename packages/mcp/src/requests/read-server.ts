import type { RequestOptions } from '@modelcontextprotocol/client';
import type { Connection } from '../connect/connection.ts';
import type { McpCompletion, McpCompletionRequest, McpPromptMessage } from '../core/mcp-prompt.ts';
import type { McpResourceContent } from '../core/mcp-resource.ts';
import { readContent } from './read-content.ts';

/** What a resource holds now. */
export async function readResource(
  { client }: Connection,
  uri: string,
  options: RequestOptions,
): Promise<readonly McpResourceContent[]> {
  const { contents } = await client.readResource({ uri }, { ...options, cacheMode: 'bypass' });
  return contents.map(({ _meta: meta, ...content }) => ({
    uri: content.uri,
    ...(content.mimeType !== undefined && { mimeType: content.mimeType }),
    ...('text' in content ? { text: content.text } : { data: content.blob }),
    ...(meta !== undefined && { meta }),
  }));
}

/** A prompt with its arguments filled in. */
export async function getPrompt(
  { client }: Connection,
  name: string,
  given: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<readonly McpPromptMessage[]> {
  const { messages } = await client.getPrompt({ name, arguments: { ...given } }, options);
  return messages.map(({ role, content }) => ({ role, content: readContent(content) }));
}

/** What the server would complete a value to; nothing when it completes nothing. */
export async function complete(
  { client, info }: Connection,
  { of, argument, given }: McpCompletionRequest,
  options: RequestOptions,
): Promise<McpCompletion> {
  if (!info.capabilities.completions) return { values: [], hasMore: false };
  const { completion } = await client.complete(
    {
      ref: of.type === 'prompt' ? { type: 'ref/prompt', name: of.name } : { type: 'ref/resource', uri: of.uriTemplate },
      argument: { ...argument },
      ...(given !== undefined && { context: { arguments: { ...given } } }),
    },
    options,
  );
  return { values: completion.values, hasMore: completion.hasMore === true };
}
