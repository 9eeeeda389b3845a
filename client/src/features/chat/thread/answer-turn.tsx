import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useLiveMessage, useRun } from '../live/use-live.ts';
import { MessageParts } from '../parts/message-parts.tsx';
import { SteerBubble } from '../parts/steer-part.tsx';
import { ActionRow } from './action-row.tsx';
import { AgentHeader } from './agent-header.tsx';
import { AnswerNote } from './answer-note.tsx';
import { CopyButton } from './copy-button.tsx';
import { RunHint } from './run-hint.tsx';
import type { AnswerTurn, AskedQuestion } from './thread-turns.ts';
import { TurnFrame } from './turn-frame.tsx';
import { TypingIndicator } from './typing-indicator.tsx';
import { useAnswerer } from './use-answerer.ts';
import { useCopy } from './use-copy.ts';

export interface AnswerTurnViewProps {
  readonly turn: AnswerTurn;
  readonly message: Message;
  readonly newest: boolean;
  /** Whether something is being written in this chat, so that nothing can be asked again now. */
  readonly busy: boolean;
  readonly onAsk: (question: AskedQuestion) => void;
}

/** What a model answers, live while it is being written. */
export const AnswerTurnView = memo(function AnswerTurnView(props: AnswerTurnViewProps) {
  const { turn, newest, busy, onAsk } = props;
  const { chat } = useTexts();
  const { copied, copy } = useCopy();
  const message = useLiveMessage(props.message);
  const run = useRun(message.generationId);
  const isRunning = message.status === 'running';
  const answerer = useAnswerer(turn, message);
  const { question } = turn;
  const tryAgain = question && !busy ? () => onAsk(question) : undefined;
  const copyAnswer = () => copy(messageText(message));
  return (
    <TurnFrame
      kind="answer"
      heading={chat.turn.assistant(answerer.name)}
      settled={!isRunning}
      newest={newest}
      keys={{ c: copyAnswer, r: tryAgain }}
    >
      <AgentHeader answerer={answerer} />
      <div className="flex min-w-0 flex-col gap-(--block-gap) text-(length:--answer-size)/(--answer-line-height)">
        <MessageParts message={message} onTryAgain={tryAgain} />
        {isRunning ? (
          <>
            {run?.steers.map(({ commandId, text }) => (
              <SteerBubble key={commandId} text={text} waiting />
            ))}
            <TypingIndicator
              message={message}
              stopping={run?.stopping ?? false}
              lost={run?.connection === 'lost'}
              checking={run?.checking ?? false}
            />
          </>
        ) : (
          <AnswerNote message={message} />
        )}
      </div>
      <ActionRow align="start">
        {isRunning && message.generationId ? <RunHint id={message.generationId} /> : null}
        {isRunning ? null : (
          <>
            {messageText(message) === '' ? null : (
              <CopyButton label={chat.turn.copyAnswer} copied={copied} onCopy={copyAnswer} />
            )}
            {tryAgain ? (
              <IconButton
                size="small"
                label={chat.turn.tryAgain}
                icon={<RotateCcw aria-hidden className="size-4" />}
                onClick={tryAgain}
              />
            ) : null}
            {turn.model === undefined || answerer.isAgent ? null : (
              <span className="ms-1.5 truncate text-xs text-text-muted">{turn.model}</span>
            )}
          </>
        )}
      </ActionRow>
    </TurnFrame>
  );
});
