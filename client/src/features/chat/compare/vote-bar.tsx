import type { ComparisonChoice, Message } from '@parley/contracts';
import { useId } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { Button } from '../../../ui/button.tsx';
import { placeOf } from './column-names.ts';

interface VoteBarProps {
  /** In the order of their columns. */
  readonly answers: readonly Message[];
  /** Whether all of them have ended. */
  readonly isReady: boolean;
  /** What is being saved. */
  readonly busy: ComparisonChoice | undefined;
  readonly onChoose: (choice: ComparisonChoice) => void;
}

/** Which of several answers is better, while nobody knows who wrote them. */
export function VoteBar({ answers, isReady, busy, onChoose }: VoteBarProps) {
  const { vote } = useCompareTexts();
  const titleId = useId();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  const isOff = !isReady || busy !== undefined;
  return (
    <fieldset aria-labelledby={titleId} className="m-0 flex min-w-0 flex-col items-center gap-2 border-0 px-0 py-1">
      <p id={titleId} className="text-sm font-medium">
        {vote.title}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        {answers.map(({ id }, index) => (
          <Button key={id} variant="primary" disabled={isOff} busy={busy === id} onClick={() => onChoose(id)}>
            {vote.better[placeOf(index)]}
          </Button>
        ))}
        <Button disabled={isOff} busy={busy === 'tie'} onClick={() => onChoose('tie')}>
          {vote.tie}
        </Button>
        <Button disabled={isOff} busy={busy === 'none'} onClick={() => onChoose('none')}>
          {vote.none}
        </Button>
      </div>
      <p className="text-center text-xs text-text-muted">
        {isReady ? singleKeys ? <span className="touch:hidden">{vote.keys}</span> : null : vote.waiting}
      </p>
    </fieldset>
  );
}
