import type { GenerationId } from '@parley/contracts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { QueuedPromptDocument } from '../database/schemas/generation-document.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import type { GenerationNews } from './generation-news.ts';
import type { GenerationRuns } from './generation-runs.ts';
import { isGone } from './is-gone.ts';
import { successorOf } from './new-generation.ts';
import { shownQueue } from './shown-queue.ts';

interface SuccessionOptions {
  readonly generations: GenerationRepository;
  readonly news: GenerationNews;
  readonly access: Pick<ConversationAccess, 'find'>;
  /** Stores and starts a generation; nothing else happens in its conversation meanwhile. */
  readonly begin: GenerationRuns['begin'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Begins the prompt whose turn has come behind an ended generation, with the rest of the queue behind it; or moves the
 * queue behind what runs in the conversation already. Harmless when it is nobody's turn. It can be repeated after a
 * crash at any line, and by two processes at once: the successor's id is stored once, and the queue is stored with it.
 */
export function createSuccession({ generations, news, access, begin, now }: SuccessionOptions) {
  /** Whether a turn of that id was begun from the queue of `ended`, by a process that died next or by another one. */
  async function isBegun(ended: GenerationRecord, id: GenerationId): Promise<boolean> {
    return (await generations.find(id))?.continues === ended.id;
  }

  async function beginFirst(ended: GenerationRecord, prompt: QueuedPromptDocument): Promise<boolean> {
    const successor = successorOf(ended, prompt, new Date(now()));
    const outcome = await begin(successor);
    if (outcome === 'conversation-busy') return await moveBehindRunning(ended, prompt.generationId);
    if (outcome === 'id-taken' && !(await isBegun(ended, prompt.generationId))) {
      await generations.dropNext(ended.id, prompt.generationId);
      return false;
    }
    await generations.handedOver(ended.id, prompt.generationId);
    if (outcome === 'begun') tellMoved(ended, successor);
    return true;
  }

  /** Whether all of the queue waits elsewhere now. */
  async function moveBehindRunning(ended: GenerationRecord, next: GenerationId): Promise<boolean> {
    const running = await generations.findHolder(ended.conversationId);
    if (running === undefined) return false;
    let moved: GenerationRecord = running;
    for (const prompt of ended.queue) {
      if ((await generations.find(prompt.generationId)) !== undefined) continue;
      const added = await generations.enqueue(running.id, prompt, 'elsewhere');
      if (added !== undefined) moved = added;
      else if (!(await isWaiting(running.id, prompt.generationId))) return false;
    }
    await generations.handedOver(ended.id, next);
    tellMoved(ended, moved);
    return true;
  }

  async function isWaiting(id: GenerationId, queuedId: GenerationId): Promise<boolean> {
    const queue = (await generations.find(id))?.queue ?? [];
    return queue.some(({ generationId }) => generationId === queuedId);
  }

  /** Whether its asker takes part no more: then it is not answered, and what others asked is. */
  async function isRemoved({ conversationId }: GenerationRecord, { askedBy }: QueuedPromptDocument): Promise<boolean> {
    return askedBy !== undefined && (await access.find(conversationId, askedBy.id)) === undefined;
  }

  function tellMoved(from: GenerationRecord, to: GenerationRecord): void {
    news.queueChanged(from, []);
    news.queueChanged(to, shownQueue(to));
  }

  return async function continueAfter(id: GenerationId): Promise<void> {
    for (;;) {
      const ended = await generations.find(id);
      if (ended?.next === undefined) return;
      const prompt = ended.queue.find(({ generationId }) => generationId === ended.next);
      try {
        if (prompt === undefined) await generations.dropNext(id, ended.next);
        else if (await beginFirst(ended, prompt)) return;
      } catch (error) {
        if (!isGone(error)) throw error;
        if (prompt !== undefined && (await isRemoved(ended, prompt))) {
          await generations.dropNext(id, ended.next);
          continue;
        }
        await generations.handedOver(id, ended.next);
        return;
      }
    }
  };
}
