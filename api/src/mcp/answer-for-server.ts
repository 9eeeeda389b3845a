import type { McpSamplingAnswer, McpSamplingRequest } from '@parley/mcp';
import type { ToolSource } from '@parley/contracts';
import type { ToolContext } from '../tools/tool.ts';
import { SamplingError } from './sampling-error.ts';

/** Lets a model answer for a server; see `McpToolOriginOptions`. */
export type Sample = (
  request: McpSamplingRequest,
  context: Pick<ToolContext, 'userId' | 'conversationId' | 'generationId' | 'callId'>,
  signal: AbortSignal,
) => Promise<McpSamplingAnswer>;

/** Characters of a prompt that are shown; nobody reads more before they decide. */
const longestPrompt = 20_000;

/** Shows a person what a server wants of a model, and lets one answer when they agree. Throws `SamplingError` otherwise. */
export async function answerForServer(
  request: McpSamplingRequest,
  source: ToolSource,
  context: ToolContext,
  sample: Sample,
  signal: AbortSignal,
): Promise<McpSamplingAnswer> {
  const answer = await context.ask({ kind: 'sampling', source, prompt: promptOf(request) });
  if (answer.kind !== 'accept') {
    throw new SamplingError('The user did not let a model answer the server, so the call came to nothing.');
  }
  try {
    return await sample(request, context, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new SamplingError('The model that was to answer the server failed, so the call came to nothing.', {
      cause: error,
    });
  }
}

function promptOf({ systemPrompt, messages }: McpSamplingRequest): string {
  const texts = messages.map(({ role, content }) => {
    const words = content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
    return role === 'user' ? words : `Assistant: ${words}`;
  });
  const prompt = [...(systemPrompt === undefined ? [] : [systemPrompt]), ...texts].join('\n\n');
  return prompt.length <= longestPrompt ? prompt : `${prompt.slice(0, longestPrompt)}…`;
}
