import { lazy, memo, Suspense } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import type { ComparedTurn } from '../compare/open-comparison.ts';
import type { PendingTurn } from '../live/turn-store.ts';
import { AnswerTurnView } from './answer-turn.tsx';
import { EarlierTurns } from './earlier-turns.tsx';
import { focusEdge } from './focus-turn.ts';
import { PendingAnswer } from './pending-answer.tsx';
import { QuestionTurnView } from './question-turn.tsx';
import { useStableCallback } from '../use-stable-callback.ts';
import type { AnswerRequest, AskedQuestion, Turn } from './thread-turns.ts';
import type { BranchChoices } from './visible-path.ts';

const ChosenNote = lazy(async () => ({ default: (await import('../compare/chosen-note.tsx')).ChosenNote }));
const ComparisonTurnView = lazy(async () => ({
  default: (await import('../compare/comparison-turn.tsx')).ComparisonTurnView,
}));

export interface ThreadProps {
  readonly turns: readonly Turn[];
  /** Index of the first turn to mount. */
  readonly first: number;
  /** Whether an answer is being written. */
  readonly busy: boolean;
  readonly content: RefObject<HTMLDivElement | null>;
  /** Present where there is more to show than is mounted. */
  readonly onShowEarlier: (() => void) | undefined;
  /** Shows these children of their parents. */
  readonly onChoose: (chosen: BranchChoices) => void;
  /** Asks the same or other words as a new version. */
  readonly onAsk: (question: AskedQuestion) => void;
  /** Has a question answered once more. */
  readonly onAnswer: (request: AnswerRequest) => void;
  readonly onRetry: (turn: PendingTurn) => void;
  readonly onEdit: (turn: PendingTurn) => void;
  readonly onRemove: (turn: PendingTurn) => void;
  /** Answers of which one was chosen and is the newest turn. */
  readonly chosen?: ComparedTurn | undefined;
}

/** The turns of a conversation, oldest first. */
export const Thread = memo(function Thread(props: ThreadProps) {
  const { chat } = useTexts();
  const { turns, first, busy, content } = props;
  // What had the focus goes away with the answer that is replaced.
  const answer = useStableCallback((request: AnswerRequest) => {
    flushSync(() => props.onAnswer(request));
    focusEdge('newest');
  });
  return (
    <div
      ref={content}
      role="log"
      aria-live="off"
      aria-busy={busy}
      aria-label={chat.messages}
      className={classNames(
        'mx-auto flex w-full max-w-(--column-width) flex-col gap-(--turn-gap) px-4',
        turns.length > 0 && 'pt-2 pb-6',
      )}
    >
      {first > 0 && props.onShowEarlier ? <EarlierTurns onReached={props.onShowEarlier} /> : null}
      {turns.slice(first).map((turn, index) => (
        <TurnView key={turn.key} {...props} onAnswer={answer} turn={turn} newest={first + index === turns.length - 1} />
      ))}
      {props.chosen ? (
        <Suspense fallback={null}>
          <ChosenNote compared={props.chosen} />
        </Suspense>
      ) : null}
    </div>
  );
});

function TurnView(props: ThreadProps & { readonly turn: Turn; readonly newest: boolean }) {
  const { turn, newest, busy } = props;
  if (turn.kind === 'question') {
    return <QuestionTurnView turn={turn} busy={busy} onChoose={props.onChoose} onAsk={props.onAsk} />;
  }
  if (turn.kind === 'comparison') {
    return (
      <Suspense fallback={<div className="min-h-40" />}>
        <ComparisonTurnView turn={turn} />
      </Suspense>
    );
  }
  const { message, pending } = turn;
  if (message) {
    return (
      <AnswerTurnView
        turn={turn}
        message={message}
        newest={newest}
        busy={busy}
        onChoose={props.onChoose}
        onAnswer={props.onAnswer}
      />
    );
  }
  if (!pending) return null;
  return (
    <PendingAnswer
      turnKey={turn.key}
      pending={pending}
      onRetry={props.onRetry}
      onEdit={props.onEdit}
      onRemove={props.onRemove}
    />
  );
}
