import { conversationIdSchema, messageRoutes } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { newId } from '../../../lib/new-id.ts';
import { upsertConversation } from '../../../lib/query/conversation-cache.ts';
import { showToast } from '../../../ui/toast-store.ts';
import type { ForkChoice } from './fork-choice.ts';

export interface ForkPlace {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

/**
 * Forks a chat and goes to the new one. Until something else is asked for, trying again asks for the same new chat, so
 * that none is made twice.
 */
export function useFork({ conversationId, messageId }: ForkPlace, onDone: () => void) {
  const texts = useTexts();
  const { fork } = usePanelTexts();
  const queryClient = useQueryClient();
  const router = useRouter({ warn: false });
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const asked = useRef<{ readonly id: ConversationId; readonly choice: ForkChoice } | undefined>(undefined);

  const goTo = (id: ConversationId) => void router?.navigate({ href: `/c/${id}` });
  /** Resolves with why it failed, if it did. */
  const run = async (choice: ForkChoice): Promise<string | undefined> => {
    const isRepeated =
      asked.current?.choice.scope === choice.scope && asked.current.choice.startHere === choice.startHere;
    if (!asked.current || !isRepeated) asked.current = { id: z.parse(conversationIdSchema, newId()), choice };
    setBusy(true);
    setFailure(undefined);
    try {
      const { scope, startHere } = choice;
      const body = { conversationId: asked.current.id, messageId, scope, ...(startHere ? { startHere } : {}) };
      const made = await call(messageRoutes.fork, { params: { id: conversationId }, body });
      upsertConversation(queryClient, made);
      onDone();
      goTo(made.id);
      showToast({
        text: fork.done,
        tone: 'success',
        durationMs: 8000,
        action: { label: fork.back, onAction: () => goTo(conversationId) },
      });
      return undefined;
    } catch (error) {
      const why = explainError(error, texts);
      setFailure(why);
      return why;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, fork: run };
}
