import { CircleAlert, CloudOff } from 'lucide-react';
import { OfflineError } from '../../../lib/api/send.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { classNames } from '../../../ui/class-names.ts';
import type { PendingTurn } from '../live/turn-store.ts';
import { ActionRow } from './action-row.tsx';
import { AgentHeader } from './agent-header.tsx';
import { TurnFrame } from './turn-frame.tsx';
import { TypingIndicator } from './typing-indicator.tsx';
import { useAnswerer } from './use-answerer.ts';

export interface PendingAnswerProps {
  readonly turnKey: string;
  readonly pending: PendingTurn;
  readonly onRetry: (turn: PendingTurn) => void;
  /** Puts the text back into the composer. */
  readonly onEdit: (turn: PendingTurn) => void;
  readonly onRemove: (turn: PendingTurn) => void;
}

/** The place of an answer whose question the server does not have yet, or would not take. */
export function PendingAnswer(props: PendingAnswerProps) {
  const { turnKey, pending, onRetry, onEdit } = props;
  const texts = useTexts();
  const { turn } = texts.chat;
  const answerer = useAnswerer(pending.prompt);
  const isFailed = pending.state === 'failed';
  return (
    <TurnFrame
      turnKey={turnKey}
      messageId={undefined}
      kind="answer"
      heading={turn.assistant(answerer.name)}
      settled={false}
      newest
      keys={{ r: () => onRetry(pending), e: pending.again ? undefined : () => onEdit(pending) }}
    >
      <AgentHeader answerer={answerer} />
      <div className="flex min-w-0 flex-col gap-(--block-gap) text-(length:--answer-size)/(--answer-line-height)">
        {isFailed || pending.state === 'waiting' ? <Unsent {...props} /> : <TypingIndicator />}
      </div>
      <ActionRow align="start" />
    </TurnFrame>
  );
}

/** Why a message is not with the server, and what can be done about it. */
function Unsent({ pending, onRetry, onEdit, onRemove }: PendingAnswerProps) {
  const texts = useTexts();
  const { unsent } = texts.chat;
  const isFailed = pending.state === 'failed';
  const Icon = isFailed ? CircleAlert : CloudOff;
  const { again } = pending;
  const isOffline = pending.cause === undefined || pending.cause instanceof OfflineError;
  const waiting = isOffline ? (again ? unsent.againOffline : unsent.offline) : again ? unsent.againBusy : unsent.busy;
  return (
    <div
      role={isFailed ? 'alert' : 'status'}
      className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card border border-border bg-raised px-3 py-2.5 text-sm"
    >
      <Icon
        aria-hidden
        className={classNames('mt-0.5 size-4 shrink-0', isFailed ? 'text-danger' : 'text-text-muted')}
      />
      <div className="min-w-0 flex-1 basis-56">
        <p className={classNames('font-medium', isFailed && 'text-danger')}>
          {isFailed ? (again ? unsent.againTitle : unsent.title) : waiting}
        </p>
        <p className={classNames('mt-0.5', !isFailed && 'text-text-muted')}>
          {isFailed ? explainError(pending.cause, texts) : again ? unsent.againSafe : unsent.safe}
        </p>
      </div>
      <span className="flex flex-wrap gap-2">
        <Button size="small" variant="ghost" onClick={() => onRemove(pending)}>
          {unsent.remove}
        </Button>
        {again ? null : (
          <Button size="small" variant="ghost" onClick={() => onEdit(pending)}>
            {unsent.edit}
          </Button>
        )}
        <Button size="small" onClick={() => onRetry(pending)}>
          {isFailed ? (again ? texts.chat.turn.tryAgain : unsent.retry) : unsent.tryNow}
        </Button>
      </span>
    </div>
  );
}
