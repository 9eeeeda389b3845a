import { messageIdSchema } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useFork } from '../features/chat/fork/use-fork.ts';
import { PeopleHere } from '../features/participants/people-here.tsx';
import { showToast } from '../ui/toast-store.ts';
import { useShownEnd } from './use-shown-end.ts';

/** Stands for an answer that is not there yet; nothing is ever copied up to it. */
const nilId = messageIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** Who is in a shared chat, and for those who do not own it the ways out: a copy of their own, or leaving. */
export function ChatPeople({ conversation }: { readonly conversation: Conversation }) {
  const navigate = useNavigate();
  const { id: conversationId } = conversation;
  const end = useShownEnd(conversationId);
  const { fork } = useFork({ conversationId, messageId: end ?? nilId }, () => undefined);
  const copy = async () => {
    const failure = await fork({ scope: 'path', startHere: false });
    if (failure !== undefined) showToast({ text: failure, tone: 'danger' });
  };
  return (
    <PeopleHere
      conversation={conversation}
      onContinue={end === undefined ? undefined : () => void copy()}
      onLeaving={() => void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' }, replace: true })}
    />
  );
}
