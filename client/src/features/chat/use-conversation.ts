import { conversationIdSchema } from '@parley/contracts';
import type { GenerationId, Message, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { use, useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { conversationQuery, messagesQuery } from '../../lib/query/queries.ts';
import type { PendingTurn } from './live/turn-store.ts';
import { useFirstWritten, useLive, useRunState, useTurns } from './live/use-live.ts';
import { ChatPeopleContext, otherAuthor } from './people/chat-people.ts';
import { useCompare } from './compare/compare-store.ts';
import { comparedAtEnd, hideModels } from './compare/open-comparison.ts';
import { threadTurns } from './thread/thread-turns.ts';
import { type BranchChoices, visiblePath } from './thread/visible-path.ts';
import type { ChatIdentity } from './use-chat-identity.ts';

/** Stands for a conversation that does not exist yet; it is never asked for. */
const nilId = conversationIdSchema.parse('00000000-0000-0000-0000-000000000000');
const noMessages: readonly Message[] = [];
const noChoices: BranchChoices = new Map();
const noTurns: readonly PendingTurn[] = [];

/** A conversation as it is shown: its turns, the one being written, and the branch that was chosen. */
export function useConversation({ key, conversationId }: ChatIdentity) {
  const live = useLive();
  const { branches } = live;
  const chat = conversationId ?? key;
  const choices = useStore(branches, (state) => state.choices.get(chat) ?? noChoices);
  const removed = useStore(branches, (state) => state.removed);
  const conversation = useQuery({
    ...conversationQuery(conversationId ?? nilId),
    enabled: conversationId !== undefined,
  });
  const list = useQuery({
    ...messagesQuery(conversationId ?? nilId),
    enabled: conversationId !== undefined,
    // Another device may have written meanwhile; what this page put there a moment ago need not be asked for.
    staleTime: 2000,
  });
  const all = list.data ?? noMessages;
  const messages = useMemo(
    () => hideModels(removed.size === 0 ? all : all.filter(({ id }) => !removed.has(id))),
    [all, removed],
  );
  const listed = useMemo(() => new Set(all.map(({ generationId }) => generationId)), [all]);
  useFollowRuns(all);

  const allPending = useTurns((state) => state.pending);
  const pending = useMemo(
    () =>
      allPending.filter(
        (turn) => (turn.chat === key || turn.chat === conversationId) && !listed.has(turn.generationId),
      ),
    [allPending, key, conversationId, listed],
  );
  useDropListed(allPending, listed);

  const { inThread, inLine } = useMemo(() => splitPending(pending), [pending]);
  const elsewhere = useMemo(
    () => (conversationId === undefined ? allPending.filter((turn) => isElsewhere(turn, key)) : noTurns),
    [allPending, conversationId, key],
  );
  const path = useMemo(() => visiblePath(messages, choices), [messages, choices]);
  const compared = useMemo(() => comparedAtEnd(path, messages), [path, messages]);
  const isReopened = useCompare(({ reopened }) => reopened !== undefined && reopened === compared?.question.id);
  const isSideBySide = compared !== undefined && (compared.comparison.choice === undefined || isReopened);
  const beside = isSideBySide ? compared : undefined;
  const turns = useMemo(() => threadTurns(path, inThread, beside), [path, inThread, beside]);
  const leaf = path.at(-1)?.message;
  const writing = useFirstWritten(compared?.answers) ?? leaf;
  const run = useRunState(writing);
  const sending = inThread.find(({ state }) => state === 'sending' || state === 'accepted');
  const waiting = inThread.find(({ state }) => state === 'waiting');
  const people = use(ChatPeopleContext);
  const asker = otherAuthor(people, leaf)?.name;
  const isOwnRun = sending !== undefined || asker === undefined;
  const runningId = sending?.generationId ?? (run === 'idle' ? undefined : writing?.generationId);

  return {
    live,
    conversation: conversation.data,
    list,
    /** All that can be shown, oldest first. */
    messages,
    turns,
    path,
    leaf,
    /** Answers to the last prompt that were written at the same time, as long as none is continued. */
    compared,
    /** The same where there is a choice, and one of them is shown. */
    chosen: compared === undefined || isSideBySide ? undefined : compared,
    /** Whether they are shown side by side. */
    isSideBySide,
    /** What this browser has to send behind an answer. */
    line: inLine,
    /** What was written in new chats that are not open any more and has not been sent yet. */
    elsewhere,
    /** The generation the next prompt comes after: one that runs, or one that could not be asked for yet. */
    leadId: runningId ?? waiting?.generationId,
    /** Whether text can be added to the answer that is being written. */
    canSteer: sending === undefined && compared === undefined && isOwnRun && run !== 'idle' && run !== 'stopping',
    /** Whether what is being written may be stopped: by whoever asked, and by the owner of the chat. */
    canStop: isOwnRun || people.owner === undefined,
    /** The generation that is being asked for or written. */
    runningId,
    isSending: sending !== undefined,
    /** The name of whoever the newest turn belongs to, where that is somebody else. */
    asker,
    run: sending ? ('running' as const) : run,
    /** Shows these children of their parents. */
    choose: useCallback((chosen: BranchChoices) => branches.choose(chat, chosen), [branches, chat]),
    /** After sending a new version of what follows `parentId`: the newest is shown again. */
    forgetChoice: (parentId: MessageId | null) => branches.forget(chat, parentId),
  };
}

/** Turns that show in the thread, and those that wait in line behind one of them or behind a message. */
function splitPending(pending: readonly PendingTurn[]) {
  return {
    inThread: pending.filter(({ behind }) => behind === undefined),
    inLine: pending.filter(({ behind, state }) => behind !== undefined && state !== 'accepted'),
  };
}

function isElsewhere({ chat, conversationId, kept, state }: PendingTurn, key: string): boolean {
  return kept && conversationId === undefined && chat !== key && state !== 'accepted' && state !== 'sending';
}

/** Reads the logs of all answers that are being written. */
function useFollowRuns(messages: readonly Message[]): void {
  const { runs } = useLive();
  useEffect(() => {
    for (const message of messages) {
      const { progress } = message;
      if (message.status === 'running' && progress) runs.follow({ ...message, progress });
    }
  }, [runs, messages]);
}

/** A pending turn that has arrived in the message list has done its work. */
function useDropListed(pending: readonly PendingTurn[], listed: ReadonlySet<GenerationId | undefined>): void {
  const { turns } = useLive();
  useEffect(() => {
    for (const turn of pending) {
      if (turn.state !== 'sending' && listed.has(turn.generationId)) turns.arrived(turn.generationId);
    }
  }, [turns, pending, listed]);
}
