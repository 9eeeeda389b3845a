import type {
  Client,
  CreateMessageRequestParams,
  ElicitRequestParams,
  ElicitResult,
  SamplingMessage,
} from '@modelcontextprotocol/client';
import { ProtocolError } from '@modelcontextprotocol/client';
import type { McpContent } from '../core/mcp-content.ts';
import type { McpElicitation } from '../core/mcp-elicitation.ts';
import type { McpSamplingRequest } from '../core/mcp-sampling.ts';
import { readContent } from '../requests/read-content.ts';
import { callScopes } from './call-scope.ts';
import type { CallScope } from './call-scope.ts';

type Question = 'elicit' | 'sample' | 'log';

/** The error code by which hosts say that a person refused. */
const refusedByUser = -1;

/**
 * Lets the server ask the user and a model while a call runs: its questions go to the call whose stream they came in,
 * or, where the wire does not say that, to the one `findScope` names.
 */
export function answerQuestions(client: Client, findScope: (question: Question) => CallScope | undefined): void {
  const scopeFor = (question: Question): CallScope | undefined => {
    const current = callScopes.getStore();
    return current?.[question] === undefined ? findScope(question) : current;
  };

  client.setRequestHandler('elicitation/create', async ({ params }, { mcpReq }): Promise<ElicitResult> => {
    const elicit = scopeFor('elicit')?.elicit;
    if (elicit === undefined) return { action: 'decline' };
    const answer = await elicit(readElicitation(params), mcpReq.signal);
    if (answer.action !== 'accept') return { action: answer.action };
    return { action: 'accept', ...(answer.content !== undefined && { content: { ...answer.content } }) };
  });

  client.setRequestHandler('sampling/createMessage', async ({ params }, { mcpReq }) => {
    const sample = scopeFor('sample')?.sample;
    if (sample === undefined) throw new ProtocolError(refusedByUser, 'No model is offered to this server.');
    const { model, text, stopReason } = await sample(readSampling(params), mcpReq.signal);
    return {
      role: 'assistant' as const,
      model,
      content: { type: 'text' as const, text },
      ...(stopReason !== undefined && { stopReason }),
    };
  });

  client.setNotificationHandler('notifications/message', ({ params }) => {
    const { level, logger, data } = params;
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    scopeFor('log')?.log?.({ level, text: text ?? '', ...(logger !== undefined && { logger }) });
  });
}

function readElicitation(params: ElicitRequestParams): McpElicitation {
  return params.mode === 'url'
    ? { kind: 'url', message: params.message, url: params.url }
    : { kind: 'form', message: params.message, schema: params.requestedSchema };
}

function readSampling(params: CreateMessageRequestParams): McpSamplingRequest {
  return {
    messages: params.messages.map(({ role, content }) => ({ role, content: readSamplingContent(content) })),
    maxTokens: params.maxTokens,
    modelHints: (params.modelPreferences?.hints ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
    ...(params.systemPrompt !== undefined && { systemPrompt: params.systemPrompt }),
    ...(params.temperature !== undefined && { temperature: params.temperature }),
    ...(params.stopSequences !== undefined && { stopSequences: params.stopSequences }),
  };
}

function readSamplingContent(content: SamplingMessage['content']): McpContent[] {
  const blocks = Array.isArray(content) ? content : [content];
  return blocks.flatMap((block) =>
    block.type === 'tool_use' || block.type === 'tool_result' ? [] : [readContent(block)],
  );
}
