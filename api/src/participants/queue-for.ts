import type { QueuedPrompt, UserId } from '@parley/contracts';

/** Waiting prompts as somebody sees them: of other people's, who asks whom and what, and not what else comes along. */
export function queueFor(viewer: UserId, ownerId: UserId, queue: readonly QueuedPrompt[]): QueuedPrompt[] {
  return queue.map((prompt) => {
    if ((prompt.author?.id ?? ownerId) === viewer) return prompt;
    const { tools: _tools, settings: _settings, files: _files, ...shown } = prompt;
    return shown;
  });
}
