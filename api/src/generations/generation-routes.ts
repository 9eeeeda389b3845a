import { generationRoutes, problem } from '@parley/contracts';
import type { GenerationEvent, GenerationId, StartedGeneration, UserId } from '@parley/contracts';
import { createReadHandler, StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import { Router } from 'express';
import type { Actor } from '../access/actor.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import type { Mount } from '../http/mount.ts';
import type { OpenReadings } from '../participants/open-readings.ts';
import type { Seat, Seats } from '../participants/seats.ts';
import type { GenerationCommands } from './generation-commands.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationService } from './generation-service.ts';
import { createHidingLog } from './hiding-log.ts';
import type { PromptQueue } from './prompt-queue.ts';

interface GenerationRouterOptions {
  readonly generations: GenerationService;
  readonly commands: GenerationCommands;
  readonly queue: PromptQueue;
  /** The device somebody asks on; `null` when it has no name. */
  readonly deviceOf: (actor: Actor) => Promise<AskingDevice | null>;
  readonly log: StreamLog<GenerationEvent>;
  readonly seats: Seats;
  /** What guests read at the moment. */
  readonly readings: Pick<OpenReadings, 'open'>;
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
  seats,
  readings,
  mount: { mount, mountRaw },
  draining,
}: GenerationRouterOptions): Router {
  const router = Router();
  const read = createReadHandler({ log, signal: draining });

  mount(router, generationRoutes.start, async ({ actor, params: { id }, body }) => {
    const device = await deviceOf(actor);
    if (id === 'new') return startedOf(await withLog(() => generations.start(actor.userId, id, body, device)));
    return await seats.inConversation(generationRoutes.start, actor.userId, id, async ({ ownerId, guest }) =>
      startedOf(await withLog(() => generations.start(ownerId, id, body, device, guest))),
    );
  });

  mount(router, generationRoutes.answer, async ({ actor, params: { id }, body }) => {
    const device = await deviceOf(actor);
    return await seats.inConversation(generationRoutes.answer, actor.userId, id, async ({ ownerId, guest }) =>
      startedOf(await withLog(() => generations.answer(ownerId, id, body, device, guest))),
    );
  });

  mountRaw(router, generationRoutes.stream, ({ actor, params: { id }, request, response }) =>
    seats.inGeneration(generationRoutes.stream, actor.userId, id, async ({ ownerId, guest }) => {
      const generation = await generations.findForReading(ownerId, id);
      const isOthers = generation.askedBy?.id !== guest?.id;
      const shown = createHidingLog(log, { inputs: isOthers, model: await isBlind({ ownerId }, generation) });
      const reading = guest === undefined ? undefined : readings.open(generation.conversationId, guest.id);
      try {
        if (reading === undefined) {
          const readShown = shown === log ? read : createReadHandler({ log: shown, signal: draining });
          await readShown(request, response, logIdOf(id));
        } else {
          const signal = AbortSignal.any([draining, reading.signal]);
          // They may have been removed before the reading could be ended.
          await seats.inGeneration(generationRoutes.stream, actor.userId, id, (seat) =>
            generations.find(seat.ownerId, id),
          );
          await createReadHandler({ log: shown, signal })(request, response, logIdOf(id));
        }
      } catch (error) {
        throw await toProblem(error, ownerId, id);
      } finally {
        reading?.close();
      }
    }),
  );

  mount(router, generationRoutes.state, ({ actor, params: { id } }) =>
    seats.inGeneration(generationRoutes.state, actor.userId, id, async (seat) => {
      const state = await withLog(() => generations.state(seat.ownerId, id));
      const isAskers = state.askedBy?.id === seat.guest?.id;
      return { ...state, startedOn: isAskers ? state.startedOn : null, queue: seats.showQueue(seat, state.queue) };
    }),
  );

  mount(router, generationRoutes.stop, ({ actor, params: { id } }) =>
    seats.inGeneration(generationRoutes.stop, actor.userId, id, ({ ownerId, guest }) =>
      withLog(() => commands.stop(ownerId, id, guest)),
    ),
  );

  mount(router, generationRoutes.steer, ({ actor, params: { id }, body }) =>
    seats.inGeneration(generationRoutes.steer, actor.userId, id, ({ ownerId, guest }) =>
      withLog(() => commands.steer(ownerId, id, body, guest)),
    ),
  );

  mount(router, generationRoutes.giveInput, async ({ actor, params: { id }, body }) => {
    const device = await deviceOf(actor);
    await seats.inGeneration(generationRoutes.giveInput, actor.userId, id, ({ ownerId, guest }) =>
      withLog(() => commands.giveInput(ownerId, id, body, device, guest)),
    );
  });

  mount(router, generationRoutes.queue, async ({ actor, params: { id }, body }) => {
    const device = await deviceOf(actor);
    return await seats.inGeneration(generationRoutes.queue, actor.userId, id, async (seat) => {
      const { state, queue: all } = await withLog(() => queue.add(seat.ownerId, id, body, device, seat.guest));
      return { state, queue: seats.showQueue(seat, all) };
    });
  });

  mount(router, generationRoutes.unqueue, ({ actor, params: { id, queuedId } }) =>
    seats.inGeneration(generationRoutes.unqueue, actor.userId, id, ({ ownerId, guest }) =>
      queue.remove(ownerId, id, queuedId, guest),
    ),
  );

  async function isBlind(seat: Seat, { comparison, lane, ...generation }: GenerationRecord): Promise<boolean> {
    if (comparison === undefined && lane === undefined) return false;
    const { responseMessageId: answerId, conversationId } = generation;
    return await seats.isBlind(seat, { id: answerId, conversationId });
  }

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
