import { comparisonRoutes, generationRoutes } from '@parley/contracts';
import type { ComparisonChoice } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { chooseAnswerer } from '../../../lib/answerer-chooser.ts';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { showToast } from '../../../ui/toast-store.ts';
import { useLive } from '../live/use-live.ts';
import { focusEdge } from '../thread/focus-turn.ts';
import { reopenComparison } from './compare-store.ts';
import type { ComparedTurn } from './open-comparison.ts';

/** Says which of compared answers is kept; what is still being written is stopped first. */
export function useChoose({ question, answers }: ComparedTurn) {
  const texts = useTexts();
  const { turn } = useCompareTexts();
  const { runs } = useLive();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState<ComparisonChoice>();

  /** One that is kept while it is being written is written to its end. */
  async function stopOthers(choice: ComparisonChoice): Promise<void> {
    const written = answers.filter(({ id, status, generationId }) => {
      const isOver = generationId === undefined || runs.isFinished(generationId);
      return status === 'running' && id !== choice && !isOver;
    });
    for (const { generationId: id } of written) {
      if (id !== undefined) await call(generationRoutes.stop, { params: { id } });
    }
  }

  /** Offers to go on with whoever wrote the answer that is kept; returns whether that is known. */
  function offerKept(choice: ComparisonChoice): boolean {
    const { queryKey } = messagesQuery(question.conversationId);
    const { endpoint, model } = queryClient.getQueryData(queryKey)?.find(({ id }) => id === choice) ?? {};
    if (endpoint === undefined || model === undefined) return false;
    chooseAnswerer({ endpoint, model });
    return true;
  }

  async function choose(choice: ComparisonChoice): Promise<void> {
    if (busy !== undefined) return;
    setBusy(choice);
    const { conversationId, id: messageId } = question;
    const { queryKey } = messagesQuery(conversationId);
    try {
      await stopOthers(choice);
      const chosen = await call(comparisonRoutes.choose, {
        params: { id: conversationId, messageId },
        body: { choice },
      });
      // A list that is under way was read before this was said.
      await queryClient.cancelQueries({ queryKey, exact: true });
      queryClient.setQueryData(queryKey, (held) => held?.map((its) => (its.id === messageId ? chosen : its)));
      reopenComparison(undefined);
      const isKnown = offerKept(choice);
      // Of a blind vote, the names are told from now on.
      void queryClient.invalidateQueries({ queryKey }).then(() => isKnown || offerKept(choice));
      requestAnimationFrame(() => focusEdge('newest'));
    } catch (error) {
      showToast({ text: `${turn.failed} ${explainError(error, texts)}`, tone: 'danger' });
    } finally {
      setBusy(undefined);
    }
  }

  return { busy, choose: (choice: ComparisonChoice) => void choose(choice) };
}
