import { messageRoutes } from '@parley/contracts';
import type { Feedback, Message } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { showToast } from '../../../ui/toast-store.ts';

/**
 * Rates an answer, or takes the rating back with `undefined`: shown at once, saved in the order it was said, and undone
 * with a word where the server would not take it.
 */
export function useFeedback({
  id: messageId,
  conversationId,
  feedback,
}: Message): (next: Feedback | undefined) => void {
  const texts = useTexts();
  const { feedback: words } = usePanelTexts();
  const queryClient = useQueryClient();
  const { queryKey } = messagesQuery(conversationId);
  const patch = (next: Feedback | undefined) => {
    queryClient.setQueryData(queryKey, (held) =>
      held?.map((message) => {
        if (message.id !== messageId) return message;
        const { feedback: _, ...rest } = message;
        return next === undefined ? rest : { ...rest, feedback: next };
      }),
    );
  };
  const { mutate } = useMutation({
    scope: { id: `feedback-${messageId}` },
    mutationFn: async (next: Feedback | undefined) => {
      const params = { id: conversationId, messageId };
      if (next === undefined) await call(messageRoutes.unrate, { params });
      else await call(messageRoutes.rate, { params, body: next });
    },
    onMutate: async (next) => {
      // A list that is under way was read before this was said.
      await queryClient.cancelQueries({ queryKey, exact: true });
      patch(next);
      return feedback;
    },
    onError: (error, _next, before) => {
      patch(before);
      showToast({ text: `${words.failed} ${explainError(error, texts)}`, tone: 'danger' });
    },
  });
  return mutate;
}
