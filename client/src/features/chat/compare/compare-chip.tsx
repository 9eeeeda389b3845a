import { Columns3 } from 'lucide-react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { inARow, useAnswererNames } from './column-names.ts';
import { askWhatToCompare, type ComparePlan, planComparison } from './compare-store.ts';

interface CompareChipProps {
  readonly chat: string;
  readonly plan: ComparePlan;
  /** An answer is being written. */
  readonly isBusy: boolean;
}

/** Says above the composer that the next prompt goes to several models. */
export function CompareChip({ chat, plan, isBusy }: CompareChipProps) {
  const { chip } = useCompareTexts();
  const nameOf = useAnswererNames();
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-border bg-raised px-3 py-2 text-sm">
      <output className="flex min-w-60 flex-1 items-start gap-2">
        <Columns3 aria-hidden className="mt-0.5 size-4 shrink-0 text-text-muted" />
        <span className="min-w-0 wrap-anywhere">
          {chip.comparing(inARow(plan.answerers.map(nameOf)))} {plan.blind ? chip.blind : null}{' '}
          {isBusy ? chip.busy : null}
        </span>
      </output>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => askWhatToCompare(chat)}>
          {chip.change}
        </Button>
        <Button size="small" onClick={() => planComparison(chat, undefined)}>
          {chip.stop}
        </Button>
      </div>
    </div>
  );
}
