import { lazy, Suspense, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import type { QuestionTurn } from './thread-turns.ts';

/** A question that is longer than this is folded. */
const longText = 1600;
const manyLines = 16;

const QuestionCode = lazy(async () => ({
  default: (await import('../parts/execution/question-code.tsx')).QuestionCode,
}));
const QuestionQuotes = lazy(async () => ({ default: (await import('./question-quotes.tsx')).QuestionQuotes }));
const QuestionFiles = lazy(async () => ({ default: (await import('./question-files.tsx')).QuestionFiles }));

/** The words of a question, as they were typed; long ones folded. What it brought along stands above them. */
export function QuestionBubble({ turn: { text, files, quotes } }: { readonly turn: QuestionTurn }) {
  const { turn: texts } = useTexts().chat;
  const [unfolded, setUnfolded] = useState(false);
  const isLong = text.length > longText || text.split('\n', manyLines + 1).length > manyLines;
  return (
    <>
      <div
        data-turn-content=""
        className="flex max-w-[80%] flex-col items-start self-end rounded-bubble bg-user-bubble px-4 py-2.5"
      >
        {quotes.length > 0 ? (
          <div className="min-h-7 w-full">
            <Suspense fallback={null}>
              <QuestionQuotes quotes={quotes} />
            </Suspense>
          </div>
        ) : null}
        {files.length > 0 ? (
          // As high as one row of them, so that nothing moves when they come.
          <div className="min-h-11 max-w-full">
            <Suspense fallback={null}>
              <QuestionFiles files={files} />
            </Suspense>
          </div>
        ) : null}
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
            {unfolded ? texts.showLess : texts.showAll}
          </button>
        ) : null}
      </div>
      {/* What begins with the marks of a fence may hold code. */}
      {/```|~~~/.test(text) ? (
        <Suspense fallback={null}>
          <QuestionCode text={text} />
        </Suspense>
      ) : null}
    </>
  );
}
