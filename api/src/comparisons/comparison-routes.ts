import { comparisonRoutes, generationRoutes, problem } from '@parley/contracts';
import type { ConversationId, Route, StartedGeneration, UserId } from '@parley/contracts';
import { StreamLogError } from '@parley/stream-log';
import { Router } from 'express';
import type { Actor } from '../access/actor.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import type { GenerationService } from '../generations/generation-service.ts';
import type { Mount } from '../http/mount.ts';
import type { Seat, Seats } from '../participants/seats.ts';
import type { ComparisonService } from './comparison-service.ts';

interface ComparisonRouterOptions {
  readonly generations: Pick<GenerationService, 'compare'>;
  readonly comparisons: ComparisonService;
  /** The device somebody asks on; `null` when it has no name. */
  readonly deviceOf: (actor: Actor) => Promise<AskingDevice | null>;
  /** Absent: only owners come in. */
  readonly seats?: Pick<Seats, 'inConversation'>;
  readonly mount: Mount;
}

/** Ask several models at once, choose among their answers, and see how they have done. */
export function createComparisonRouter(options: ComparisonRouterOptions): Router {
  const {
    generations,
    comparisons,
    deviceOf,
    seats,
    mount: { mount },
  } = options;
  const router = Router();

  mount(router, comparisonRoutes.start, async ({ actor, params, body }) => {
    const device = await deviceOf(actor);
    const begin = ({ ownerId, guest }: Seat) => generations.compare(ownerId, params.id, body, device, guest);
    return { items: startedOf(await withLog(() => seated(comparisonRoutes.start, actor.userId, params.id, begin))) };
  });

  mount(router, comparisonRoutes.choose, ({ actor, params, body }) => {
    const { id: conversationId, messageId } = params;
    return seated(comparisonRoutes.choose, actor.userId, conversationId, ({ ownerId, guest }) =>
      comparisons.choose({ userId: ownerId, conversationId, messageId }, body.choice, guest),
    );
  });

  mount(router, comparisonRoutes.results, async ({ actor, query }) => {
    if (query.of === 'mine') return { items: await comparisons.ownResults(actor.userId) };
    if (actor.role !== 'ADMIN') throw problem('forbidden', { detail: 'Only admins see the results of everybody.' });
    return { items: await comparisons.allResults() };
  });

  async function seated<T>(
    route: Route,
    userId: UserId,
    id: ConversationId | 'new',
    task: (seat: Seat) => Promise<T>,
  ): Promise<T> {
    if (id === 'new' || seats === undefined) return await task({ ownerId: userId });
    return await seats.inConversation(route, userId, id, task);
  }

  return router;
}

/** All answers of a comparison, in the order of their columns. */
function startedOf({
  id,
  conversationId,
  userMessageId,
  responseMessageId,
  ...holder
}: GenerationRecord): StartedGeneration[] {
  const { lanes = [], comparison } = holder;
  const all = [{ generationId: id, responseMessageId }, ...lanes].map((lane) => ({
    generationId: lane.generationId,
    conversationId,
    userMessageId,
    responseMessageId: lane.responseMessageId,
    streamUrl: generationRoutes.stream.path.replace(':id', lane.generationId),
  }));
  const order = comparison?.answers ?? [];
  return all.toSorted((one, other) => order.indexOf(one.responseMessageId) - order.indexOf(other.responseMessageId));
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
