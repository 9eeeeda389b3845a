import { generationRoutes, ProblemError } from '@parley/contracts';
import type { GenerationId, Message } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import type { Api } from '../../../lib/api/create-api.ts';
import { backOff } from '../../../lib/log-reader/back-off.ts';
import { createLogReader } from '../../../lib/log-reader/log-reader.ts';
import type { PageSignals } from '../../../lib/log-reader/page-signals.ts';
import { patchConversation } from '../../../lib/query/conversation-cache.ts';
import { conversationsQuery, messagesQuery } from '../../../lib/query/queries.ts';
import { forgetDraft } from '../composer/drafts.ts';
import type { RunDefect } from './follow-run.ts';
import { markRunning, refreshConversation, seedTurn, settleMessage } from './message-cache.ts';
import { createRunStore } from './run-store.ts';
import { createTurnStore } from './turn-store.ts';

/** Between two tries to send what could not be sent, on top of the back-off. */
const shortestPauseMs = 1000;

export interface LiveDependencies {
  readonly queryClient: QueryClient;
  readonly api: Api;
  readonly page?: PageSignals;
}

export type Live = ReturnType<typeof createLive>;

/** Everything of a chat that is under way: prompts being sent, answers being written, and what they do to the cache. */
export function createLive({ queryClient, api, page }: LiveDependencies) {
  const defects: Record<RunDefect, number> = { gap: 0, 'text-mismatch': 0 };
  const stopWanted = new Set<GenerationId>();
  const unsentTries = new Map<GenerationId, number>();
  /** What the sidebar could not be told it has to ask for. */
  const orAskLater = (told: Promise<void>) => {
    told.catch(() => queryClient.invalidateQueries({ queryKey: conversationsQuery.queryKey }));
  };

  const runs = createRunStore({
    reader: createLogReader({ fetch: (url, init) => fetchLog(api, url, init), ...(page ? { page } : {}) }),
    streamUrl: (id) => generationRoutes.stream.path.replace(':id', id),
    async fetchMessage(message) {
      const { conversationId } = message;
      const messages = await queryClient.fetchQuery({ ...messagesQuery(conversationId), staleTime: 0, retry: false });
      const found = messages.find(({ id }) => id === message.id);
      if (!found) throw new ProblemError('message-not-found');
      return found;
    },
    onFinished(message) {
      settleMessage(queryClient, message);
      patchConversation(queryClient, message.conversationId, { runningGenerationId: null });
      orAskLater(refreshConversation(queryClient, message.conversationId, runs.isFinished));
      if (message.status !== 'failed') sendQueued(message);
    },
    onTitle: (message, title) => patchConversation(queryClient, message.conversationId, { title }),
    onUnreadable({ conversationId }) {
      void queryClient.invalidateQueries({ queryKey: messagesQuery(conversationId).queryKey });
    },
    onDefect: (defect) => {
      defects[defect] += 1;
    },
  });

  const turns = createTurnStore({
    start: ({ generationId, conversationId, parentMessageId, prompt }) =>
      api.call(generationRoutes.start, {
        params: { id: conversationId ?? 'new' },
        body: { generationId, parentMessageId, ...prompt },
      }),
    onAccepted(turn, started) {
      seedTurn(queryClient, turn, started);
      unsentTries.delete(turn.generationId);
      forgetDraft(turn.conversationId, turn.prompt.text);
      orAskLater(markRunning(queryClient, turn, started, runs.isFinished));
      if (stopWanted.delete(turn.generationId)) void stop(turn.generationId);
    },
    onRefused({ generationId, conversationId }, cause) {
      if (!(cause instanceof ProblemError)) {
        const tries = (unsentTries.get(generationId) ?? 0) + 1;
        unsentTries.set(generationId, tries);
        setTimeout(() => turns.retry(generationId, 'quietly'), shortestPauseMs + backOff(tries));
      } else if (conversationId) {
        // Somebody else's turn is in the way, or the page is out of date: either way, look again.
        void queryClient.invalidateQueries({ queryKey: messagesQuery(conversationId).queryKey });
      }
    },
  });

  function sendQueued(answer: Message) {
    const { conversationId } = answer;
    const prompt = turns.takeQueued(conversationId);
    if (prompt) turns.send({ chat: conversationId, conversationId, parentMessageId: answer.id }, prompt);
  }

  /** Asks for a stop. Resolves to whether the server heard it; the outcome itself arrives as an event. */
  async function stop(id: GenerationId): Promise<boolean> {
    const turn = turns.getState().pending.find(({ generationId }) => generationId === id);
    if (turn?.state === 'sending') {
      stopWanted.add(id);
      return true;
    }
    runs.setStopping(id, true);
    try {
      await api.call(generationRoutes.stop, { params: { id } });
      return true;
    } catch {
      runs.setStopping(id, false);
      return false;
    }
  }

  return {
    runs,
    turns,
    stop,
    /** How often something that should never happen was noticed and repaired, since the page was loaded. */
    defects: (): Readonly<Record<RunDefect, number>> => ({ ...defects }),
    /** Sends again what failed for want of a network. */
    retryUnsent: () => {
      for (const turn of turns.getState().pending) {
        if (turn.state === 'failed' && !(turn.cause instanceof ProblemError)) turns.retry(turn.generationId, 'quietly');
      }
    },
    /** Forgets everything: the session has ended. */
    reset: () => {
      runs.reset();
      turns.reset();
      stopWanted.clear();
      unsentTries.clear();
    },
  };
}

/** The log reader wants statuses; only for a session that has ended there is none left to return. */
async function fetchLog(api: Api, url: string, init: RequestInit): Promise<Response> {
  try {
    return await api.authorizedFetch(url, init);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return new Response(null, { status: 401 });
    throw error;
  }
}
