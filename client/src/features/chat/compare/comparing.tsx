import { lazy, Suspense } from 'react';
import type { EndpointModels, ModelChoice } from '../composer/model-choice.ts';
import { useCompare } from './compare-store.ts';

const CompareDialog = lazy(async () => ({ default: (await import('./compare-dialog.tsx')).CompareDialog }));
const CompareChip = lazy(async () => ({ default: (await import('./compare-chip.tsx')).CompareChip }));

interface ComparingProps {
  readonly chat: string;
  /** An answer is being written. */
  readonly isBusy: boolean;
  readonly offered: readonly EndpointModels[];
  /** Who answers now. */
  readonly choice: ModelChoice | undefined;
  /** After the dialog. */
  readonly onClosed: () => void;
}

/** By whom the next prompt is answered at once, and the choice of them; nothing until somebody compares. */
export function Comparing({ chat, isBusy, offered, choice, onClosed }: ComparingProps) {
  const plan = useCompare(({ plans }) => plans[chat]);
  const isAsking = useCompare(({ asking }) => asking === chat);
  return (
    <Suspense fallback={null}>
      {plan ? <CompareChip chat={chat} plan={plan} isBusy={isBusy} /> : null}
      {isAsking ? <CompareDialog chat={chat} offered={offered} choice={choice} onClosed={onClosed} /> : null}
    </Suspense>
  );
}
