import type { Message } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { configQuery } from '../../../lib/query/queries.ts';

const FeedbackButtons = lazy(async () => ({ default: (await import('./feedback-buttons.tsx')).FeedbackButtons }));

/** The thumbs under an answer, unless the operator does without them. */
export function AnswerFeedback({ message }: { readonly message: Message }) {
  const config = useQuery(configQuery).data;
  if (!config || config.feedback === false) return null;
  return (
    <Suspense fallback={null}>
      <FeedbackButtons message={message} />
    </Suspense>
  );
}
