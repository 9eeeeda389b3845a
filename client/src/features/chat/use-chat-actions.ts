import { ProblemError } from '@parley/contracts';
import type { MessageId } from '@parley/contracts';
import { type RefObject, useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { showToast } from '../../ui/toast-store.ts';
import { forgetDraft } from './composer/drafts.ts';
import { useModelChoice } from './composer/model-choice.ts';
import { useDraft } from './composer/use-draft.ts';
import type { PendingTurn } from './live/turn-store.ts';
import { useTurns } from './live/use-live.ts';
import type { AskedQuestion } from './thread/thread-turns.ts';
import type { ChatIdentity } from './use-chat-identity.ts';
import type { useConversation } from './use-conversation.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface ChatActionsOptions {
  readonly identity: ChatIdentity;
  readonly conversation: ReturnType<typeof useConversation>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** After a prompt left the composer. */
  readonly onSent: () => void;
}

/** What can be done in a chat: writing, choosing a model, sending, waiting in line, stopping, asking again. */
export function useChatActions({ identity, conversation, field, onSent }: ChatActionsOptions) {
  const { chat } = useTexts();
  const { live, leaf, runningId } = conversation;
  const { key, conversationId } = identity;
  const draft = useDraft(conversationId);
  const models = useModelChoice(conversation.conversation);
  const { choice } = models;
  const queueKey = conversationId ?? key;
  const queued = useTurns((state) => state.queued[queueKey]);
  const [isQueueFull, setQueueFull] = useState(false);

  const send = (text: string, parentMessageId: MessageId | null) => {
    if (!choice) return;
    live.turns.send({ chat: key, conversationId, parentMessageId }, { text, ...choice });
    onSent();
  };

  const ask = (text: string) => {
    if (!choice) return false;
    if (runningId === undefined) send(text, leaf?.id ?? null);
    else if (queued) return false;
    else live.turns.queue(queueKey, { text, ...choice });
    return true;
  };

  const write = (text: string) => {
    draft.change(draft.text.trim() === '' ? text : `${text}\n${draft.text}`);
    field.current?.focus();
  };

  const askAgain = useStableCallback(({ text, parentId }: AskedQuestion) => {
    conversation.forgetChoice(parentId);
    send(text, parentId);
  });

  const retry = useStableCallback((turn: PendingTurn) => {
    if (turn.cause instanceof ProblemError && turn.cause.status < 500) {
      // The server refused it, so its id was not used; what it asks may have changed, such as the model.
      live.turns.drop(turn.generationId);
      send(turn.prompt.text, turn.parentMessageId);
    } else {
      live.turns.retry(turn.generationId);
    }
  });

  const edit = useStableCallback((turn: PendingTurn) => {
    live.turns.drop(turn.generationId);
    write(turn.prompt.text);
  });

  const stop = async () => {
    if (runningId === undefined || (await live.stop(runningId))) return;
    showToast({ text: chat.composer.stopFailed, tone: 'danger' });
  };

  return {
    ...models,
    text: draft.text,
    queued,
    notice: noticeOf(chat, models, isQueueFull),
    change: (text: string) => {
      setQueueFull(false);
      draft.change(text);
    },
    ask: (text: string) => {
      ask(text);
      field.current?.focus();
    },
    send: () => {
      if (ask(draft.text.trim())) draft.clear();
      else setQueueFull(true);
    },
    stop: () => void stop(),
    askAgain,
    retry,
    edit,
    sendQueued: () => {
      const prompt = live.turns.takeQueued(queueKey);
      if (prompt) send(prompt.text, leaf?.id ?? null);
    },
    editQueued: () => {
      const prompt = live.turns.takeQueued(queueKey);
      if (prompt) write(prompt.text);
    },
    removeQueued: () => {
      const prompt = live.turns.takeQueued(queueKey);
      if (prompt) forgetDraft(conversationId, prompt.text);
      field.current?.focus();
    },
  };
}

function noticeOf(
  { composer, model }: ReturnType<typeof useTexts>['chat'],
  { offered, failed, isLoading }: Pick<ReturnType<typeof useModelChoice>, 'offered' | 'failed' | 'isLoading'>,
  isQueueFull: boolean,
): string | undefined {
  if (isQueueFull) return composer.queueFull;
  if (failed) return model.failed;
  return !isLoading && offered.length === 0 ? composer.noModel : undefined;
}
