import { codeRoutes, ProblemError } from '@parley/contracts';
import type { CodeRunEvent, CodeRunId, ConversationId } from '@parley/contracts';
import type { Api } from '../../../../lib/api/create-api.ts';
import { readProblem } from '../../../../lib/api/read-problem.ts';
import { OfflineError } from '../../../../lib/api/send.ts';
import { backOff } from '../../../../lib/log-reader/back-off.ts';
import { pause } from '../../../../lib/pause.ts';
import { readRunEvents } from './read-run-events.ts';

export interface CodeRunRequest {
  readonly conversationId: ConversationId;
  readonly runId: CodeRunId;
  readonly lang: string;
  readonly code: string;
  readonly args: readonly string[];
}

export interface FollowCodeRunOptions {
  readonly fetch: Api['authorizedFetch'];
  readonly signal: AbortSignal;
  readonly onEvents: (events: readonly CodeRunEvent[]) => void;
  /** The connection broke off; it is asked for anew. */
  readonly onLost: () => void;
}

const mostTries = 6;

/**
 * Runs code and follows it to its `done` or `failed`. After an interruption the same run is asked for again under the
 * same id, which starts nothing twice. Throws what the server refused it with, and OfflineError after six tries.
 */
export async function followCodeRun(request: CodeRunRequest, options: FollowCodeRunOptions): Promise<void> {
  const { signal, onEvents, onLost } = options;
  const { args, ...fields } = request;
  const body = JSON.stringify(args.length === 0 ? fields : request);
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await options.fetch(codeRoutes.exec.path, {
        method: codeRoutes.exec.method,
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
        body,
        signal,
      });
      if (!response.ok) throw await readProblem(response);
      if (response.body && (await forward(readRunEvents(response.body, signal), onEvents))) return;
    } catch (error) {
      signal.throwIfAborted();
      // Anything else is the connection's doing, not the server's word.
      if (error instanceof ProblemError) throw error;
    }
    if (tries >= mostTries) throw new OfflineError('unreachable', undefined);
    onLost();
    await pause(backOff(tries + 1), signal);
  }
}

/** Whether the run has ended. */
async function forward(
  batches: AsyncIterable<readonly CodeRunEvent[]>,
  onEvents: FollowCodeRunOptions['onEvents'],
): Promise<boolean> {
  for await (const events of batches) {
    onEvents(events);
    if (events.some(({ type }) => type === 'done' || type === 'failed')) return true;
  }
  return false;
}
