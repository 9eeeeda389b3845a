import { use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { AnswerScopeContext } from './answer-scope.ts';

export interface SteerBubbleProps {
  readonly text: string;
  /** Whether the model has not read it yet. */
  readonly waiting?: boolean;
  /** Who added it, outside of the answer; in it, that is whoever asked for the answer. */
  readonly by?: string | undefined;
}

/** What somebody added while the answer was being written: a small bubble between its parts. */
export function SteerBubble({ text, waiting = false, by }: SteerBubbleProps) {
  const { steer } = useTexts().chat;
  const { asker } = use(AnswerScopeContext);
  const who = by ?? asker;
  return (
    <div className="flex max-w-[80%] flex-col items-end gap-0.5 self-end">
      <p
        dir="auto"
        className={classNames(
          'rounded-bubble px-3 py-1.5 text-sm wrap-anywhere whitespace-pre-wrap',
          waiting ? 'border border-dashed border-outline' : 'bg-user-bubble',
        )}
      >
        <span className="sr-only">{who === undefined ? steer.label : steer.by(who)} </span>
        {text}
      </p>
      {waiting ? <span className="text-xs text-text-muted">{steer.waiting}</span> : null}
    </div>
  );
}
