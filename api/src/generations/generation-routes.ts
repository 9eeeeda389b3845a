import { generationRoutes, problem } from '@parley/contracts';
import type { GenerationEvent } from '@parley/contracts';
import { createReadHandler, StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import { Router } from 'express';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { Mount } from '../http/mount.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationService } from './generation-service.ts';

interface GenerationRouterOptions {
  readonly generations: GenerationService;
  readonly log: StreamLog<GenerationEvent>;
  readonly mount: Mount;
  /** When it aborts, live readers are sent away to come back. */
  readonly draining: AbortSignal;
}

/** Ask, follow the answer, stop it. */
export function createGenerationRouter({
  generations,
  log,
  mount: { mount, mountRaw },
  draining,
}: GenerationRouterOptions): Router {
  const router = Router();
  const read = createReadHandler({ log, signal: draining });

  mount(router, generationRoutes.start, async ({ actor, params, body }) => {
    const generation = await generations.start(actor.userId, params.id, body);
    const { id, conversationId, userMessageId, responseMessageId } = generation;
    const streamUrl = generationRoutes.stream.path.replace(':id', id);
    return { generationId: id, conversationId, userMessageId, responseMessageId, streamUrl };
  });

  mountRaw(router, generationRoutes.stream, async ({ actor, params, request, response }) => {
    const generation = await generations.findForReading(actor.userId, params.id);
    try {
      await read(request, response, logIdOf(generation.id));
    } catch (error) {
      throw toProblem(error, generation);
    }
  });

  mount(router, generationRoutes.stop, async ({ actor, params }) => {
    await generations.stop(actor.userId, params.id);
  });

  return router;
}

function toProblem(error: unknown, { status }: GenerationRecord): unknown {
  if (!(error instanceof StreamLogError)) return error;
  switch (error.code) {
    case 'missing':
      return problem(status === 'running' ? 'generation-not-found' : 'log-expired');
    case 'invalid-offset':
      return problem('invalid-offset', { cause: error });
    case 'invalid-live-mode':
      return problem('invalid-request', {
        detail: error.message,
        issues: [{ path: 'query.live', message: error.message }],
      });
    case 'unavailable':
      return problem('not-ready', { cause: error });
    default:
      return error;
  }
}
