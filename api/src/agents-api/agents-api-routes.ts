import { randomUUID } from 'node:crypto';
import { agentsApiRoutes } from '@parley/contracts';
import type { ApiKeyScope, UserId } from '@parley/contracts';
import { serveAnswer, serveJson } from '@parley/gateway';
import type { GatewayError, ServeOptions } from '@parley/gateway';
import { Router } from 'express';
import type { Request } from 'express';
import type { Mount } from '../http/mount.ts';
import type { AgentsApiService } from './agents-api-service.ts';

interface AgentsApiRouterOptions {
  readonly agentsApi: AgentsApiService;
  readonly mount: Mount;
}

/** Bytes of a request's body. */
const bodyLimit = 4 * 1024 * 1024;

/** Agents for clients of OpenAI's API: list them, ask one. */
export function createAgentsApiRouter({ agentsApi, mount: { mountRaw } }: AgentsApiRouterOptions): Router {
  const router = Router();

  mountRaw(router, agentsApiRoutes.models, async ({ request, response, signal }) => {
    await serveJson(request, response, {
      ...exchangeOf(request, signal),
      value: async () => await agentsApi.models(await admit(request, 'agents:read')),
    });
  });

  for (const [route, dialect] of [
    [agentsApiRoutes.chatCompletions, 'openai-chat'],
    [agentsApiRoutes.responses, 'openai-responses'],
  ] as const) {
    mountRaw(router, route, async ({ request, response, signal }) => {
      const shared = exchangeOf(request, signal);
      await serveAnswer(request, response, {
        ...shared,
        dialect,
        bodyLimit,
        admit: () => admit(request, 'agents:run'),
        answer: (userId, asked, ends) => agentsApi.answer(userId, asked, shared.requestId, ends),
      });
    });
  }

  function admit(request: Request, scope: ApiKeyScope): Promise<UserId> {
    return agentsApi.admit(request.get('authorization'), scope);
  }

  return router;
}

function exchangeOf(
  request: Request,
  signal: AbortSignal,
): Pick<ServeOptions<unknown>, 'requestId' | 'signal' | 'onFault'> {
  return {
    requestId: typeof request.id === 'string' ? request.id : randomUUID(),
    signal,
    onFault: (error: GatewayError) => request.log.error({ err: error.cause ?? error }, 'The agents API failed'),
  };
}
