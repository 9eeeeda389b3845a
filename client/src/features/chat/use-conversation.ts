import { conversationIdSchema } from '@parley/contracts';
import type { Message, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { conversationQuery, messagesQuery } from '../../lib/query/queries.ts';
import type { PendingTurn } from './live/turn-store.ts';
import { useLive, useRunState, useTurns } from './live/use-live.ts';
import { isListed, threadTurns } from './thread/thread-turns.ts';
import { type BranchChoices, visiblePath } from './thread/visible-path.ts';
import type { ChatIdentity } from './use-chat-identity.ts';

/** Stands for a conversation that does not exist yet; it is never asked for. */
const nilId = conversationIdSchema.parse('00000000-0000-0000-0000-000000000000');
const noMessages: readonly Message[] = [];
const noChoices: BranchChoices = new Map();

/** A conversation as it is shown: its turns, the one being written, and the branch that was chosen. */
export function useConversation({ key, conversationId }: ChatIdentity) {
  const live = useLive();
  const [choices, setChoices] = useState(noChoices);
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
  const messages = list.data ?? noMessages;
  useFollowRuns(messages);

  const allPending = useTurns((state) => state.pending);
  const pending = useMemo(
    () => allPending.filter((turn) => (turn.chat === key || turn.chat === conversationId) && !isListed(turn, messages)),
    [allPending, key, conversationId, messages],
  );
  useDropListed(allPending, messages);

  const path = useMemo(() => visiblePath(messages, choices), [messages, choices]);
  const turns = useMemo(() => threadTurns(path, pending), [path, pending]);
  const leaf = path.at(-1)?.message;
  const run = useRunState(leaf);
  const sending = pending.find((turn) => turn.state !== 'failed');
  const runningId = sending?.generationId ?? (run === 'idle' ? undefined : leaf?.generationId);

  return {
    live,
    conversation: conversation.data,
    list,
    turns,
    leaf,
    /** The generation that is being asked for or written. */
    runningId,
    isSending: sending !== undefined,
    run: sending ? ('running' as const) : run,
    chooseBranch: useCallback((parentId: MessageId | null, id: MessageId) => {
      setChoices((held) => new Map(held).set(parentId, id));
    }, []),
    /** After sending a new version of what follows `parentId`: the newest is shown again. */
    forgetChoice(parentId: MessageId | null) {
      setChoices((held) => new Map([...held].filter(([id]) => id !== parentId)));
    },
  };
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
function useDropListed(pending: readonly PendingTurn[], messages: readonly Message[]): void {
  const { turns } = useLive();
  useEffect(() => {
    for (const turn of pending) {
      if (turn.state === 'accepted' && isListed(turn, messages)) turns.drop(turn.generationId);
    }
  }, [turns, pending, messages]);
}
