import { RotateCcw } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { Button } from '../../../ui/button.tsx';
import type { ModelChoice } from '../composer/model-choice.ts';
import { type AnswerChange, RegenerateMenu } from './regenerate-menu.tsx';

export interface ErrorActionsProps {
  readonly choice: ModelChoice | undefined;
  readonly onAnswer: ((change?: AnswerChange) => void) | undefined;
  readonly onContinue: (() => void) | undefined;
}

/** The ways on from an answer that failed. */
export function ErrorActions({ choice, onAnswer, onContinue }: ErrorActionsProps) {
  const { turn } = useTexts().chat;
  const { again } = useTurnTexts();
  if (!onAnswer) return null;
  return (
    <span className="flex flex-wrap gap-2 max-sm:ms-7 max-sm:*:first:-ms-2.5">
      {onContinue ? (
        <Button size="small" variant="ghost" onClick={onContinue}>
          {again.continue}
        </Button>
      ) : null}
      <RegenerateMenu
        choice={choice}
        onAnswer={onAnswer}
        renderTrigger={(trigger) => (
          <Button size="small" variant="ghost" {...trigger}>
            {again.switchModel}
          </Button>
        )}
      />
      <Button size="small" icon={<RotateCcw aria-hidden className="size-3.5" />} onClick={() => onAnswer()}>
        {turn.tryAgain}
      </Button>
    </span>
  );
}
