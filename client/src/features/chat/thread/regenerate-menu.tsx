import { lazy, type ReactNode } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Popover, type PopoverTriggerProps } from '../../../ui/popover.tsx';
import type { ModelChoice } from '../composer/model-choice.ts';
import type { AnswerRequest } from './thread-turns.ts';

const RegenerateOptions = lazy(async () => ({
  default: (await import('./regenerate-options.tsx')).RegenerateOptions,
}));

/** How an answer is to differ from the one that is there. */
export type AnswerChange = Pick<AnswerRequest, 'choice' | 'guidance'>;

export interface RegenerateMenuProps {
  /** Who answered. */
  readonly choice: ModelChoice | undefined;
  readonly onAnswer: (change: AnswerChange) => void;
  readonly renderTrigger: (props: PopoverTriggerProps) => ReactNode;
}

/** Opens the ways to have a question answered again: shorter, longer, by another model or agent. */
export function RegenerateMenu({ choice, onAnswer, renderTrigger }: RegenerateMenuProps) {
  const { turn } = useTexts().chat;
  return (
    <Popover label={turn.regenerateOptions} renderTrigger={renderTrigger}>
      {(close) => (
        <RegenerateOptions
          choice={choice}
          onAnswer={(change) => {
            close();
            onAnswer(change);
          }}
        />
      )}
    </Popover>
  );
}
