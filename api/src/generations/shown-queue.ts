import type { QueuedPrompt } from '@parley/contracts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';

/** A generation's queue as everybody who asked for some of it sees what is theirs. */
export function shownQueue({ queue }: Pick<GenerationRecord, 'queue'>): QueuedPrompt[] {
  return queue.map(({ queuedBy: _queuedBy, agent: _agent, askedBy, tools, files, quotes, createdAt, ...prompt }) => ({
    ...prompt,
    ...(quotes === undefined ? {} : { quotes: [...quotes] }),
    ...(tools === undefined ? {} : { tools: [...tools] }),
    ...(files === undefined ? {} : { files: files.map(({ id }) => id) }),
    createdAt: createdAt.toISOString(),
    ...(askedBy === undefined ? {} : { author: askedBy }),
  }));
}
