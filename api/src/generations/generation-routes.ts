import { generationRoutes, problem } from '@parley/contracts';
import type { GenerationEvent, GenerationId, StartedGeneration, UserId } from '@parley/contracts';
import { createReadHandler, StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import { Router } from 'express';
import type { Actor } from '../access/actor.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import type { Mount } from '../http/mount.ts';
import type { GenerationCommands } from './generation-commands.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationService } from './generation-service.ts';
import type { PromptQueue } from './prompt-queue.ts';

interface GenerationRouterOptions {
  readonly generations: GenerationService;
  readonly commands: GenerationCommands;
  readonly queue: PromptQueue;
  /** The device somebody asks on; `null` when it has no name. */
  readonly deviceOf: (actor: Actor) => Promise<AskingDevice | null>;
  readonly log: StreamLog<GenerationEvent>;
  readonly mount: Mount;
  /** When it aborts, live readers are sent away to come back. */
  readonly draining: AbortSignal;
}

/** Ask, follow the answer, stop it, steer it, and ask again before it has ended. */
export function createGenerationRouter({
  generations,
  commands,
  queue,
  deviceOf,
  log,
  mount: { mount, mountRaw },
  draining,
}: GenerationRouterOptions): Router {
  const router = Router();
  const read = createReadHandler({ log, signal: draining });

  mount(router, generationRoutes.start, async ({ actor, params, body }) => {
    const device = await deviceOf(actor);
    return startedOf(await withLog(() => generations.start(actor.userId, params.id, body, device)));
  });

  mount(router, generationRoutes.answer, async ({ actor, params, body }) => {
    const device = await deviceOf(actor);
    return startedOf(await withLog(() => generations.answer(actor.userId, params.id, body, device)));
  });

  mountRaw(router, generationRoutes.stream, async ({ actor, params, request, response }) => {
    const generation = await generations.findForReading(actor.userId, params.id);
    try {
      await read(request, response, logIdOf(generation.id));
    } catch (error) {
      throw await toProblem(error, actor.userId, params.id);
    }
  });

  mount(router, generationRoutes.state, ({ actor, params }) =>
    withLog(() => generations.state(actor.userId, params.id)),
  );

  mount(router, generationRoutes.stop, async ({ actor, params }) => {
    await withLog(() => commands.stop(actor.userId, params.id));
  });

  mount(router, generationRoutes.steer, async ({ actor, params, body }) => {
    await withLog(() => commands.steer(actor.userId, params.id, body));
  });

  mount(router, generationRoutes.giveInput, async ({ actor, params, body }) => {
    const device = await deviceOf(actor);
    await withLog(() => commands.giveInput(actor.userId, params.id, body, device));
  });

  mount(router, generationRoutes.queue, async ({ actor, params, body }) => {
    const device = await deviceOf(actor);
    return await withLog(() => queue.add(actor.userId, params.id, body, device));
  });

  mount(router, generationRoutes.unqueue, async ({ actor, params }) => {
    await queue.remove(actor.userId, params.id, params.queuedId);
  });

  async function toProblem(error: unknown, userId: UserId, id: GenerationId): Promise<unknown> {
    if (!(error instanceof StreamLogError)) return error;
    switch (error.code) {
      case 'missing':
      case 'gone': {
        // While it runs, its log is about to be opened or made anew by whoever writes the answer.
        const generation = await generations.find(userId, id);
        if (generation.status !== 'running') return problem('log-expired');
        await commands.restoreLog(generation);
        return problem('not-ready', { retryAfterSeconds: 1 });
      }
      case 'invalid-offset':
        return problem('invalid-offset', { cause: error });
      case 'invalid-live-mode':
        return problem('invalid-request', {
          detail: error.message,
          issues: [{ path: 'query.live', message: error.message }],
        });
      case 'unavailable':
        return problem('not-ready', { cause: error, retryAfterSeconds: 1 });
      default:
        return error;
    }
  }

  return router;
}

function startedOf({ id, conversationId, userMessageId, responseMessageId }: GenerationRecord): StartedGeneration {
  const streamUrl = generationRoutes.stream.path.replace(':id', id);
  return { generationId: id, conversationId, userMessageId, responseMessageId, streamUrl };
}

/** A log that cannot be reached is a passing trouble: what was asked for may be asked for again. */
async function withLog<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof StreamLogError) || !error.retryable) throw error;
    throw problem('not-ready', { cause: error, retryAfterSeconds: 1 });
  }
}
