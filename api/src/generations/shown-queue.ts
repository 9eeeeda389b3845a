import type { QueuedPrompt } from '@parley/contracts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';

/** A generation's queue as its owner sees it. */
export function shownQueue({ queue }: Pick<GenerationRecord, 'queue'>): QueuedPrompt[] {
  return queue.map(({ queuedBy: _queuedBy, agent: _agent, tools, files, quotes, createdAt, ...prompt }) => ({
    ...prompt,
    ...(quotes === undefined ? {} : { quotes: [...quotes] }),
    ...(tools === undefined ? {} : { tools: [...tools] }),
    ...(files === undefined ? {} : { files: files.map(({ id }) => id) }),
    createdAt: createdAt.toISOString(),
  }));
}
