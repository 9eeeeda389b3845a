import type { Message } from '@parley/contracts';
import { ChevronDown, RotateCcw } from 'lucide-react';
import { lazy, memo, Suspense, use, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { AnswerFeedback } from '../feedback/answer-feedback.tsx';
import { useLiveMessage, useRun } from '../live/use-live.ts';
import { useChatPanel } from '../panel/chat-panel.ts';
import { MessageParts } from '../parts/message-parts.tsx';
import { SteerBubble } from '../parts/steer-part.tsx';
import { ChatPeopleContext, otherAuthor } from '../people/chat-people.ts';
import { ActionRow } from './action-row.tsx';
import { AgentHeader } from './agent-header.tsx';
import { answerMarkdown } from './answer-markdown.ts';
import { AnswerNote } from './answer-note.tsx';
import { chooseSibling } from './choose-sibling.ts';
import { CopyButton } from './copy-button.tsx';
import { type AnswerChange, RegenerateMenu } from './regenerate-menu.tsx';
import { RunHint } from './run-hint.tsx';
import { SiblingArrows } from './sibling-arrows.tsx';
import type { AnswerRequest, AnswerTurn } from './thread-turns.ts';
import { TurnFrame } from './turn-frame.tsx';
import { TurnMenu } from './turn-menu.tsx';
import { TypingIndicator } from './typing-indicator.tsx';
import { useAnswerer } from './use-answerer.ts';
import { useCopy } from './use-copy.ts';
import type { BranchChoices } from './visible-path.ts';

const AnswerEditor = lazy(async () => ({ default: (await import('./answer-editor.tsx')).AnswerEditor }));
const ErrorActions = lazy(async () => ({ default: (await import('./error-actions.tsx')).ErrorActions }));

export interface AnswerTurnViewProps {
  readonly turn: AnswerTurn;
  readonly message: Message;
  readonly newest: boolean;
  /** Whether something is being written in this chat, so that nothing can be asked again now. */
  readonly busy: boolean;
  readonly onChoose: (chosen: BranchChoices) => void;
  readonly onAnswer: (request: AnswerRequest) => void;
}

/** What a model answers, live while it is being written. */
export const AnswerTurnView = memo(function AnswerTurnView(props: AnswerTurnViewProps) {
  const { turn, newest, busy, onChoose, onAnswer } = props;
  const { chat } = useTexts();
  const { copied, copy } = useCopy();
  const [isEditing, setEditing] = useState(false);
  const message = useLiveMessage(props.message);
  const run = useRun(message.generationId);
  const people = use(ChatPeopleContext);
  const asker = otherAuthor(people, message);
  const isRunning = message.status === 'running';
  const answerer = useAnswerer(turn, message);
  const { questionId, siblings, endpoint, model } = turn;
  const choice = endpoint === undefined || model === undefined ? undefined : { endpoint, model };
  const again = questionId === undefined || busy ? undefined : onAnswer;
  const regenerate =
    again && questionId !== undefined
      ? (change: AnswerChange = { choice }) => again({ questionId, ...change })
      : undefined;
  const goOn =
    again && questionId !== undefined && canContinue(message)
      ? () => again({ questionId, choice, continues: message.id })
      : undefined;
  const hasText = message.parts.some((part) => part.type === 'text' && part.text !== '');
  const copyAnswer = hasText ? () => copy(answerMarkdown(message)) : undefined;
  // What a model wrote in a chat is its owner's to change.
  const edit = isRunning || !hasText || people.owner ? undefined : () => setEditing(true);
  const step = (by: number) => {
    const id = siblings[siblings.indexOf(message.id) + by];
    if (id !== undefined) chooseSibling(onChoose, message.parentId, id);
  };
  const content = (
    <MessageParts
      message={message}
      errorActions={
        <Suspense fallback={null}>
          <ErrorActions choice={choice} onAnswer={regenerate} onContinue={goOn} />
        </Suspense>
      }
    />
  );
  return (
    <TurnFrame
      turnKey={turn.key}
      messageId={message.id}
      kind="answer"
      heading={chat.turn.assistant(answerer.name)}
      settled={!isRunning}
      newest={newest}
      keys={{
        c: copyAnswer,
        e: edit,
        r: regenerate && (() => regenerate()),
        b: isRunning ? undefined : () => useChatPanel.getState().askFork(message.id),
        ArrowLeft: () => step(-1),
        ArrowRight: () => step(1),
      }}
    >
      <AgentHeader answerer={answerer} />
      <div
        data-turn-content=""
        className="flex min-w-0 flex-col gap-(--block-gap) text-(length:--answer-size)/(--answer-line-height)"
      >
        {isEditing ? (
          <Suspense fallback={content}>
            <AnswerEditor message={message} onClose={() => setEditing(false)} />
          </Suspense>
        ) : (
          content
        )}
        {isRunning ? (
          <>
            {run?.steers.map(({ commandId, text }) => (
              <SteerBubble key={commandId} text={text} waiting by={asker?.name} />
            ))}
            <TypingIndicator
              message={message}
              stopping={run?.stopping ?? false}
              lost={run?.connection === 'lost'}
              checking={run?.checking ?? false}
              isOwn={asker === undefined}
            />
          </>
        ) : (
          <AnswerNote message={message} isOwn={asker === undefined && people.owner === undefined} onContinue={goOn} />
        )}
      </div>
      <ActionRow align="start">
        <SiblingArrows
          current={message.id}
          siblings={siblings}
          onChoose={(id) => chooseSibling(onChoose, message.parentId, id)}
        />
        {isRunning && message.generationId ? <RunHint id={message.generationId} /> : null}
        {isRunning ? null : (
          <>
            {copyAnswer ? <CopyButton label={chat.turn.copyAnswer} copied={copied} onCopy={copyAnswer} /> : null}
            {regenerate ? (
              <>
                <IconButton
                  size="small"
                  label={chat.turn.regenerate}
                  icon={<RotateCcw aria-hidden className="size-4" />}
                  onClick={() => regenerate()}
                />
                <RegenerateMenu
                  choice={choice}
                  onAnswer={regenerate}
                  renderTrigger={(trigger) => (
                    <IconButton
                      {...trigger}
                      size="small"
                      className="-ms-1 w-6! touch:w-11!"
                      label={chat.turn.regenerateOptions}
                      icon={<ChevronDown aria-hidden className="size-3.5" />}
                    />
                  )}
                />
              </>
            ) : null}
            <AnswerFeedback message={message} />
            <TurnMenu subject={{ message, busy, onCopy: copyAnswer, onEdit: edit }} />
            {message.editedAt === undefined ? null : (
              <span className="ms-1.5 text-xs text-text-muted">{chat.turn.edited}</span>
            )}
            {model === undefined || answerer.isAgent ? null : (
              <span className="ms-1.5 truncate text-xs text-text-muted">{model}</span>
            )}
          </>
        )}
      </ActionRow>
    </TurnFrame>
  );
});

/** Whether an answer ended before its model was done, and holds something to go on from. */
function canContinue({ status, finishReason, parts }: Message): boolean {
  const isCut = status === 'stopped' || status === 'failed' || finishReason === 'length';
  return isCut && parts.some(({ type }) => type === 'text' || type === 'tool-call');
}
