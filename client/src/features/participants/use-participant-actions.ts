import { participantRoutes } from '@parley/contracts';
import type { Conversation, ConversationId, Participant, Person } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { placeConversation } from '../../lib/query/conversation-cache.ts';
import { leaveConversation } from '../../lib/query/leave-conversation.ts';
import { conversationQuery } from '../../lib/query/queries.ts';
import { showToast } from '../../ui/toast-store.ts';

/** Invites, removes and leaves, one thing at a time, and says how that went. Each resolves with whether it worked. */
export function useParticipantActions(id: ConversationId) {
  const texts = useTexts();
  const words = useParticipantTexts();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);

  const run = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      showToast({ text: done, tone: 'success' });
      return true;
    } catch (error) {
      showToast({ text: explainError(error, texts), tone: 'danger' });
      return false;
    } finally {
      setBusy(false);
    }
  };
  const show = (change: (held: readonly Participant[]) => readonly Participant[]) => {
    const held = client.getQueryData(conversationQuery(id).queryKey);
    if (held) placeConversation(client, withParticipants(held, change(held.participants ?? [])));
  };

  return {
    busy,
    invite: ({ id: userId, name }: Person) =>
      run(async () => {
        const { items } = await call(participantRoutes.invite, { params: { id, userId } });
        show(() => items);
      }, words.invited(name)),
    remove: ({ id: userId, name }: Person) =>
      run(async () => {
        await call(participantRoutes.remove, { params: { id, userId } });
        show((held) => held.filter((other) => other.id !== userId));
      }, words.removed(name)),
    leave: () => run(() => leaveConversation(client, id), words.left),
  };
}

/** One in which nobody but its owner takes part is not shared. */
function withParticipants(
  { participants: _before, ...rest }: Conversation,
  participants: readonly Participant[],
): Conversation {
  return participants.length > 1 ? { ...rest, participants: [...participants] } : rest;
}
