import { useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';

/** A question that is longer than this is folded. */
const longText = 1600;
const manyLines = 16;

/** The words of a question, as they were typed; long ones folded. */
export function QuestionBubble({ text }: { readonly text: string }) {
  const { turn } = useTexts().chat;
  const [unfolded, setUnfolded] = useState(false);
  const isLong = text.length > longText || text.split('\n', manyLines + 1).length > manyLines;
  return (
    <div className="flex max-w-[80%] flex-col items-start self-end rounded-bubble bg-user-bubble px-4 py-2.5">
      <p
        dir="auto"
        className={classNames(
          'text-(length:--answer-size)/(--answer-line-height) wrap-anywhere whitespace-pre-wrap',
          isLong && !unfolded && 'line-clamp-8',
        )}
      >
        {text}
      </p>
      {isLong ? (
        <button
          type="button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
          className="mt-1 min-h-7 rounded-control text-sm font-medium text-accent hover:underline touch:min-h-11"
        >
          {unfolded ? turn.showLess : turn.showAll}
        </button>
      ) : null}
    </div>
  );
}
