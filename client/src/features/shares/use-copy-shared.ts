import { conversationIdSchema, shareRoutes } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { newId } from '../../lib/new-id.ts';
import { upsertConversation } from '../../lib/query/conversation-cache.ts';
import { showToast } from '../../ui/toast-store.ts';

/** Makes a shared chat one's own and goes there. Trying again asks for the same copy, so that none is made twice. */
export function useCopyShared(token: string) {
  const texts = useTexts();
  const { page } = useShareTexts();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const asked = useRef<ConversationId>(undefined);
  const [isBusy, setBusy] = useState(false);

  const copy = async () => {
    asked.current ??= z.parse(conversationIdSchema, newId());
    setBusy(true);
    try {
      const body = { conversationId: asked.current };
      const made = await call(shareRoutes.copy, { params: { token }, body });
      upsertConversation(queryClient, made);
      showToast({ text: page.copied, tone: 'success' });
      await navigate({ to: '/c/$conversationId', params: { conversationId: made.id } });
    } catch (error) {
      showToast({ text: explainError(error, texts), tone: 'danger' });
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, copy: () => void copy() };
}
