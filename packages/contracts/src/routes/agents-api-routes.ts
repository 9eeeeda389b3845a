import { defineRoute } from './route.ts';

/**
 * Agents as models for any client of OpenAI's API: a key of the person as bearer token, an agent's id as `model`. Bodies,
 * answers and errors are OpenAI's, not ours.
 */
export const agentsApiRoutes = {
  models: defineRoute({
    id: 'listAgentModels',
    summary: 'The agents the key’s owner may use, as OpenAI’s list of models. Needs the scope `agents:read`.',
    method: 'GET',
    path: '/api/agents/v1/models',
    access: 'public',
    status: 200,
  }),
  chatCompletions: defineRoute({
    id: 'createAgentChatCompletion',
    summary: 'Ask an agent in the words of OpenAI’s chat completions, streamed or whole. Needs the scope `agents:run`.',
    method: 'POST',
    path: '/api/agents/v1/chat/completions',
    access: 'public',
    status: 200,
  }),
  responses: defineRoute({
    id: 'createAgentResponse',
    summary: 'Ask an agent in the words of OpenAI’s Responses, streamed or whole. Needs the scope `agents:run`.',
    method: 'POST',
    path: '/api/agents/v1/responses',
    access: 'public',
    status: 200,
  }),
} as const;
