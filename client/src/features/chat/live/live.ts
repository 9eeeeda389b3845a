import { conversationRoutes, generationRoutes, ProblemError } from '@parley/contracts';
import type {
  ConversationId,
  GenerationId,
  GenerationState,
  News,
  QueuedPrompt,
  StartedGeneration,
  UserId,
} from '@parley/contracts';
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Api } from '../../../lib/api/create-api.ts';
import type { Exclusive } from '../../../lib/api/session-keeper.ts';
import { createLogReader } from '../../../lib/log-reader/log-reader.ts';
import type { PageSignals } from '../../../lib/log-reader/page-signals.ts';
import { newCommandId } from '../../../lib/new-id.ts';
import { markEnded, patchConversation } from '../../../lib/query/conversation-cache.ts';
import { filesKey } from '../../../lib/query/files-key.ts';
import { conversationQuery, conversationsQuery, generationQuery, messagesQuery } from '../../../lib/query/queries.ts';
import type { TabChannel } from '../../../lib/tab-channel.ts';
import { createDraftSync } from '../composer/draft-sync.ts';
import { createAttachedFiles } from '../composer/files/attached-files.ts';
import { createQuoteStore } from '../composer/quotes/quote-store.ts';
import { otherAuthor } from '../people/chat-people.ts';
import { createBranchStore } from '../thread/branch-store.ts';
import { createOriginStore } from './origin-store.ts';
import { deliverTurn } from './deliver-turn.ts';
import { fetchLog } from './fetch-log.ts';
import type { RunDefect } from './follow-run.ts';
import { markRunning, refreshConversation, seedTurn, settleMessage } from './message-cache.ts';
import { createInputStore } from './input-store.ts';
import type { Outbox } from './outbox.ts';
import { createRunStore } from './run-store.ts';
import { createTurnStore, type PendingTurn } from './turn-store.ts';

export interface LiveDependencies {
  readonly queryClient: QueryClient;
  readonly api: Api;
  readonly page: PageSignals;
  readonly outbox: Outbox;
  readonly exclusive: Exclusive;
  readonly channel: TabChannel | undefined;
  readonly userId: () => UserId | undefined;
}

export type Live = ReturnType<typeof createLive>;

/** Milliseconds after the end of an answer. */
const lookAgainMs = [500, 2000, 6000];

/** Looks for what the server does a moment after an answer's end, in case no news tells of it. */
function lookAgain(look: () => unknown) {
  for (const ms of lookAgainMs) setTimeout(look, ms);
}

/** What is being read may be older than what was just told. */
async function readAgain(queryClient: QueryClient, queryKey: QueryKey): Promise<void> {
  await queryClient.cancelQueries({ queryKey, exact: true }, { revert: false });
  await queryClient.invalidateQueries({ queryKey, exact: true });
}

/** Everything of a chat that is under way: prompts being sent, answers being written, and what they do to the cache. */
export function createLive({ queryClient, api, page, outbox, exclusive, channel, userId }: LiveDependencies) {
  const defects: Record<RunDefect, number> = { gap: 0, 'text-mismatch': 0 };
  const stopWanted = new Set<GenerationId>();
  const drafts = createDraftSync({ api });
  const attached = createAttachedFiles({ queryClient });
  const quotes = createQuoteStore();
  const branches = createBranchStore();
  const origins = createOriginStore();
  /** What the sidebar could not be told it has to ask for. */
  const orAskLater = (told: Promise<void>) => {
    told.catch(() => queryClient.invalidateQueries({ queryKey: conversationsQuery.queryKey }));
  };
  const refetchMessages = (id: ConversationId) =>
    void queryClient.invalidateQueries({ queryKey: messagesQuery(id).queryKey });
  const refetchFiles = (id: ConversationId) => void queryClient.invalidateQueries({ queryKey: filesKey(id) });
  const patchState = (id: GenerationId, patch: Partial<GenerationState>) => {
    const { queryKey } = generationQuery(id);
    const isBeingRead = queryClient.isFetching({ queryKey, exact: true }) > 0;
    queryClient.setQueryData(queryKey, (held) => held && { ...held, ...patch });
    if (isBeingRead) void readAgain(queryClient, queryKey);
  };

  const inputs = createInputStore({
    async deliver({ generationId: id, commandId, callId, answer }) {
      try {
        await api.call(generationRoutes.giveInput, { params: { id }, body: { commandId, callId, answer } });
      } catch (error) {
        // What is shown here is not what the server knows.
        if (error instanceof ProblemError && error.status === 409) runs.reconcile();
        throw error;
      }
    },
  });
  const runs = createRunStore({
    reader: createLogReader({ fetch: (url, init) => fetchLog(api, url, init), page }),
    streamUrl: (id) => generationRoutes.stream.path.replace(':id', id),
    async fetchMessage(message) {
      const { conversationId } = message;
      const messages = await queryClient.fetchQuery({ ...messagesQuery(conversationId), staleTime: 0, retry: false });
      const found = messages.find(({ id }) => id === message.id);
      if (!found) throw new ProblemError('message-not-found');
      return found;
    },
    fetchState: (id) => queryClient.fetchQuery({ ...generationQuery(id), staleTime: 0, retry: false }),
    onFinished(message) {
      const { conversationId, generationId } = message;
      settleMessage(queryClient, message);
      if (generationId === undefined) return;
      inputs.forgetAll(generationId);
      markEnded(queryClient, conversationId, generationId);
      orAskLater(refreshConversation(queryClient, conversationId, runs.isFinished));
      const state = queryClient.getQueryData(generationQuery(generationId).queryKey);
      const unread = runs.view(generationId)?.steers.length ?? 0;
      patchState(generationId, { status: message.status });
      if (unread > 0)
        lookAgain(() => queryClient.invalidateQueries({ queryKey: generationQuery(generationId).queryKey }));
      const isNextDue = unread > 0 || (state !== undefined && state.queue.length > 0);
      if (message.status === 'done' && isNextDue) lookAgain(() => lookForNext(conversationId, generationId));
    },
    onTitle: (message, title) => patchConversation(queryClient, message.conversationId, { title }),
    onExecuted: ({ conversationId }) => refetchFiles(conversationId),
    onInputRequested: (id, callId) => inputs.forget(id, callId),
    onWaiting: (message, waits) => {
      const { conversationId } = message;
      const owner = queryClient.getQueryData(conversationQuery(conversationId).queryKey)?.sharedBy;
      // What somebody else asked for waits for them.
      if (otherAuthor({ me: userId(), owner }, message)) return;
      patchConversation(queryClient, conversationId, { waitingForInput: waits, waitingFor: message.author });
    },
    onUnreadable: ({ conversationId }) => refetchMessages(conversationId),
    onDefect: (defect) => {
      defects[defect] += 1;
    },
  });

  /** What was asked for here a moment ago need not be asked about. */
  function seedState({ generationId, conversationId, responseMessageId }: StartedGeneration) {
    const state = { id: generationId, conversationId, responseMessageId, status: 'running' as const };
    queryClient.setQueryData(generationQuery(generationId).queryKey, {
      ...state,
      offset: null,
      waitingForInput: false,
      startedOn: null,
      queue: [],
    });
  }

  /** A prompt is safe: neither its words nor its files are kept as a draft any more. */
  function forgetDraft({ conversationId, prompt, again }: PendingTurn) {
    if (again) return;
    const place = conversationId ?? 'new';
    drafts.forget(place, prompt.text);
    if (prompt.files) attached.keep(place);
  }

  const turns = createTurnStore({
    outbox,
    exclusive,
    channel,
    userId,
    deliver: (turn) => deliverTurn(api, turn),
    onKept: forgetDraft,
    onAccepted(turn, started, all) {
      seedTurn(queryClient, turn, started, all);
      seedState(started);
      forgetDraft(turn);
      if (turn.prompt.files) refetchFiles(started.conversationId);
      orAskLater(markRunning(queryClient, turn, started, runs.isFinished));
      if (stopWanted.delete(turn.generationId)) for (const { generationId } of all) void stop(generationId);
    },
    onQueued(turn, { behind, queue, state }) {
      forgetDraft(turn);
      patchState(behind, { queue });
      void queryClient.invalidateQueries({ queryKey: generationQuery(behind).queryKey });
      if (state === 'started' && turn.conversationId) refetchMessages(turn.conversationId);
    },
    onRefused({ conversationId }) {
      // Somebody else's turn is in the way, or the page is out of date: either way, look again.
      if (conversationId) refetchMessages(conversationId);
    },
    onTaken({ conversationId }) {
      if (conversationId) refetchMessages(conversationId);
    },
  });

  /** A prompt that waited on the server begins by itself, sooner or later. */
  function lookForNext(conversationId: ConversationId, ended: GenerationId) {
    const held = queryClient.getQueryData(messagesQuery(conversationId).queryKey);
    if (held?.findLast(({ role }) => role === 'assistant')?.generationId === ended) refetchMessages(conversationId);
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

  /** Adds text to an answer that is being written. Rejects when the server would not have it, or cannot be reached. */
  async function steer(id: GenerationId, text: string): Promise<void> {
    const commandId = newCommandId();
    runs.addSteer(id, { commandId, text });
    try {
      await api.call(generationRoutes.steer, { params: { id }, body: { commandId, text } });
    } catch (error) {
      runs.removeSteer(id, commandId);
      throw error;
    }
  }

  /** Takes a prompt out of the queue behind an answer. Rejects when it is too late, or the server cannot be reached. */
  async function unqueue(id: GenerationId, queuedId: GenerationId): Promise<void> {
    await api.call(generationRoutes.unqueue, { params: { id, queuedId } });
    const held = queryClient.getQueryData(generationQuery(id).queryKey);
    if (held) patchState(id, { queue: held.queue.filter(({ generationId }) => generationId !== queuedId) });
  }

  /** Begins at once with a prompt that waits behind an answer that was stopped; the rest of the queue comes after it. */
  async function beginQueued(id: GenerationId, prompt: QueuedPrompt): Promise<void> {
    const { createdAt: _, author: _author, ...body } = prompt;
    const { queue } = await api.call(generationRoutes.queue, { params: { id }, body });
    const held = queryClient.getQueryData(generationQuery(id).queryKey);
    patchState(id, { queue: [] });
    patchState(body.generationId, { queue });
    if (held) refetchMessages(held.conversationId);
  }

  function hear(item: News) {
    switch (item.type) {
      case 'generation-started': {
        const { conversationId, generationId, startedBy } = item;
        const isOwn = turns.getState().pending.some((turn) => turn.generationId === generationId);
        const isListed = queryClient
          .getQueryData(messagesQuery(conversationId).queryKey)
          ?.some((message) => message.generationId === generationId);
        if (isOwn || isListed) break;
        if (startedBy) origins.add(generationId, startedBy);
        refetchMessages(conversationId);
        break;
      }
      case 'generation-ended':
        patchState(item.generationId, { status: item.status });
        // Whoever reads its log finds out for themselves.
        if (runs.view(item.generationId) === undefined) refetchMessages(item.conversationId);
        break;
      case 'queue-changed':
        patchState(item.generationId, { queue: item.queue });
        break;
      case 'messages-changed':
        refetchMessages(item.conversationId);
        break;
      case 'conversation-removed':
        forget(item.conversationId);
        break;
      case 'draft-changed':
        drafts.hear(item.draft);
        break;
      default:
        break;
    }
  }

  /** What waits here for a chat that is gone, or not shared with this person any more, has nowhere to go. */
  function forget(id: ConversationId) {
    for (const turn of turns.getState().pending) if (turn.conversationId === id) turns.drop(turn.generationId);
    runs.release(id);
  }

  /** After news that may have been missed. */
  function catchUp() {
    runs.reconcile();
    turns.retryWaiting();
    inputs.retryWaiting();
    void drafts.load();
  }

  page.subscribe((signal) => {
    if (signal === 'hidden') drafts.flushAll(true);
    if (signal === 'shown' || signal === 'online') runs.reconcile();
    if (signal === 'online') {
      turns.retryWaiting();
      inputs.retryWaiting();
      drafts.flushAll(false);
    }
  });

  return {
    runs,
    turns,
    inputs,
    drafts,
    attached,
    quotes,
    branches,
    origins,
    stop,
    steer,
    unqueue,
    beginQueued,
    hear,
    catchUp,
    /** Says that somebody has seen the newest answer of a conversation. */
    async markRead(id: ConversationId): Promise<void> {
      try {
        await api.call(conversationRoutes.markRead, { params: { id } });
        patchConversation(queryClient, id, { unread: false });
      } catch {
        // The dot stays until the next look at it.
      }
    },
    /** How often something that should never happen was noticed and repaired, since the page was loaded. */
    defects: (): Readonly<Record<RunDefect, number>> => ({ ...defects }),
    /** Brings back what was written before the page was loaded. */
    restore: () => {
      const id = userId();
      if (id === undefined) return;
      drafts.claim(id);
      attached.restore();
      void turns.restore();
      void drafts.load();
    },
    /** Forgets everything: somebody else may sign in next. */
    reset: () => {
      runs.reset();
      turns.reset();
      inputs.reset();
      drafts.reset();
      attached.reset();
      quotes.reset();
      branches.reset();
      origins.reset();
      stopWanted.clear();
    },
  };
}
