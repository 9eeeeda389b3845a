import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type {
  GenerationRecord,
  GenerationRepository,
  RunningGeneration,
} from '../database/repositories/generation-repository.ts';
import type { GenerationNews } from './generation-news.ts';
import type { GenerationRuns } from './generation-runs.ts';
import { isGone } from './is-gone.ts';
import { laneOf } from './new-generation.ts';

interface LanesOptions {
  readonly generations: GenerationRepository;
  readonly conversations: Pick<ConversationRepository, 'endTurn'>;
  readonly news: GenerationNews;
  /** Stores and starts a generation; nothing else happens in its conversation meanwhile. */
  readonly begin: GenerationRuns['begin'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Begins the lanes of a generation that have not begun, and frees its conversation once they all have ended; harmless
 * for any other generation. It can be repeated after a crash at any line, and by two processes at once: everything is
 * told by the record that holds the conversation, and each lane is stored once.
 */
export function createLanes({ generations, conversations, news, begin, now }: LanesOptions) {
  /** One that cannot begin, such as that of a guest who was removed, is left out: the others do not wait for it. */
  async function beginLane({ id }: GenerationRecord, lane: RunningGeneration): Promise<void> {
    try {
      const outcome = await begin(lane);
      if (outcome === 'conversation-busy') throw new Error(`The place of a lane of ${id} is taken.`);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async function beginLanes(holder: GenerationRecord): Promise<void> {
    for (const [index, plan] of (holder.lanes ?? []).entries()) {
      const known = await generations.find(plan.generationId);
      if (known !== undefined) continue;
      await beginLane(holder, laneOf(holder, plan, index + 1));
    }
    await generations.lanesBegun(holder.id);
  }

  async function endWhenOver(holder: GenerationRecord): Promise<void> {
    const all = [holder, ...(await generations.listLanes(holder))];
    if (all.some(({ status }) => status === 'running')) return;
    const { userId, conversationId } = holder;
    // Two that end in the same moment may each have left the conversation to the other.
    for (const { id } of all) await conversations.endTurn(conversationId, id, new Date(now()));
    const [done] = all.filter(({ status }) => status === 'done');
    const keeps = (done ?? holder).responseMessageId;
    if (await generations.endHold(holder.id, keeps, done !== undefined)) {
      news.conversationChanged(userId, conversationId);
    }
  }

  return async function tendLanes(holder: GenerationRecord): Promise<void> {
    if (holder.holds === undefined) return;
    if (holder.holds === 'opening') await beginLanes(holder);
    const stands = holder.status === 'running' ? await generations.find(holder.id) : holder;
    if (stands !== undefined) await endWhenOver(stands);
  };
}
