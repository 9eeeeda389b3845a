import { ProblemError } from '@parley/contracts';
import { CircleAlert } from 'lucide-react';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import type { PendingTurn } from '../live/turn-store.ts';
import { ActionRow } from './action-row.tsx';
import { TurnFrame } from './turn-frame.tsx';
import { TypingIndicator } from './typing-indicator.tsx';

export interface PendingAnswerProps {
  readonly pending: PendingTurn;
  readonly onRetry: (turn: PendingTurn) => void;
  /** Puts the text back into the composer. */
  readonly onEdit: (turn: PendingTurn) => void;
}

/** The place of an answer whose question the server does not have yet, or would not take. */
export function PendingAnswer({ pending, onRetry, onEdit }: PendingAnswerProps) {
  const texts = useTexts();
  const { chat } = texts;
  const { unsent, turn } = chat;
  return (
    <TurnFrame
      kind="answer"
      heading={turn.assistant(pending.prompt.model)}
      settled={false}
      newest
      keys={{ r: () => onRetry(pending), e: () => onEdit(pending) }}
    >
      <div className="flex min-w-0 flex-col gap-(--block-gap) text-(length:--answer-size)/(--answer-line-height)">
        {pending.state === 'failed' ? (
          <div
            role="alert"
            className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card border border-border bg-raised px-3 py-2.5 text-sm"
          >
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
            <div className="min-w-0 flex-1 basis-56">
              <p className="font-medium text-danger">{unsent.title}</p>
              <p className="mt-0.5">{explainError(pending.cause, texts)}</p>
              {pending.cause instanceof ProblemError ? null : (
                <p className="mt-0.5 text-text-muted">{unsent.queuedOffline}</p>
              )}
            </div>
            <span className="flex gap-2">
              <Button size="small" variant="ghost" onClick={() => onEdit(pending)}>
                {unsent.edit}
              </Button>
              <Button size="small" onClick={() => onRetry(pending)}>
                {unsent.retry}
              </Button>
            </span>
          </div>
        ) : (
          <TypingIndicator />
        )}
      </div>
      <ActionRow align="start" />
    </TurnFrame>
  );
}
