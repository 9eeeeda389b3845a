import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { columnName, inARow } from './column-names.ts';
import { reopenComparison } from './compare-store.ts';
import type { ComparedTurn } from './open-comparison.ts';

/** What was chosen among answers, with the models by name, and the way back while it may be changed. */
export function ChosenNote({ compared }: { readonly compared: ComparedTurn }) {
  const texts = useCompareTexts();
  const { chosen } = texts;
  const { answers, comparison, question } = compared;
  const names = answers.map((answer, index) => columnName(answer, index, texts));
  const winner = answers.findIndex(({ id }) => id === comparison.choice);
  const line =
    winner === -1
      ? chosen[comparison.choice === 'tie' ? 'tie' : 'none'](inARow(names))
      : chosen.kept(names[winner] ?? '', inARow(names.toSpliced(winner, 1)));
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-text-muted" data-testid="chosen-note">
      <output>{line}</output>
      <Button size="small" variant="ghost" className="-ms-2.5" onClick={() => reopenComparison(question.id)}>
        {chosen.again}
      </Button>
    </div>
  );
}
