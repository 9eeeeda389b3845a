import type { Message } from '@parley/contracts';
import { Check, Square } from 'lucide-react';
import { memo, type ReactNode, use } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useLive, useLiveMessage, useRun } from '../live/use-live.ts';
import { MessageParts } from '../parts/message-parts.tsx';
import { answerMarkdown } from '../thread/answer-markdown.ts';
import { ChatPeopleContext, otherAuthor } from '../people/chat-people.ts';
import { AnswerNote } from '../thread/answer-note.tsx';
import { CopyButton } from '../thread/copy-button.tsx';
import { TypingIndicator } from '../thread/typing-indicator.tsx';
import { useCopy } from '../thread/use-copy.ts';
import { withoutModel } from './open-comparison.ts';

interface ComparisonColumnProps {
  readonly answer: Message;
  /** Who wrote it, or a letter. */
  readonly name: string;
  /** Present where one answer is shown at a time. */
  readonly tab: { readonly of: string; readonly index: number; readonly isShown: boolean } | undefined;
  readonly isBlind: boolean;
  readonly isKept: boolean;
  readonly isBusy: boolean;
  readonly onKeep: (() => void) | undefined;
}

/** One of the answers that are compared, live while it is being written. */
export const ComparisonColumn = memo(
  function ComparisonColumn({ answer, name, tab, isBlind, isKept, isBusy, onKeep }: ComparisonColumnProps) {
    const { turn } = useCompareTexts();
    const live = useLive();
    const { copied, copy } = useCopy();
    const newest = useLiveMessage(answer);
    const message = isBlind ? withoutModel(newest) : newest;
    const run = useRun(answer.generationId);
    const people = use(ChatPeopleContext);
    const asker = otherAuthor(people, answer);
    const isOwn = asker === undefined && people.owner === undefined;
    const isRunning = message.status === 'running';
    const { generationId } = answer;
    const hasText = message.parts.some((part) => part.type === 'text' && part.text !== '');
    return (
      <ColumnFrame name={name} tab={tab} isKept={isKept}>
        <div className="flex min-h-8 items-center gap-2 border-b border-border pb-2">
          <h3 className="min-w-0 flex-1 truncate text-sm font-semibold">{name}</h3>
          {isRunning && generationId !== undefined ? (
            <IconButton
              size="small"
              label={turn.stopOne(name)}
              icon={<Square aria-hidden className="size-3.5 fill-current" />}
              onClick={() => void live.stop(generationId)}
            />
          ) : null}
          {!isRunning && hasText ? (
            <CopyButton label={turn.copy(name)} copied={copied} onCopy={() => copy(answerMarkdown(message))} />
          ) : null}
        </div>
        <div
          data-turn-content=""
          className="flex min-w-0 flex-col gap-(--block-gap) py-3 text-(length:--answer-size)/(--answer-line-height)"
        >
          <MessageParts message={message} />
          {isRunning ? (
            <TypingIndicator
              message={message}
              stopping={run?.stopping ?? false}
              lost={run?.connection === 'lost'}
              checking={run?.checking ?? false}
            />
          ) : (
            <AnswerNote message={message} isOwn={isOwn} onContinue={undefined} />
          )}
        </div>
        {onKeep && (hasText || message.status !== 'failed') ? (
          <Button
            size="small"
            className="self-start"
            aria-label={turn.keepNamed(name)}
            icon={<Check aria-hidden className="size-3.5" />}
            disabled={isBusy}
            onClick={onKeep}
          >
            {turn.keep}
          </Button>
        ) : null}
      </ColumnFrame>
    );
  },
  // A way to keep it is a new one each time and does the same.
  (before, after) =>
    before.answer === after.answer &&
    before.name === after.name &&
    before.isBlind === after.isBlind &&
    before.isKept === after.isKept &&
    before.isBusy === after.isBusy &&
    before.tab?.isShown === after.tab?.isShown &&
    (before.tab === undefined) === (after.tab === undefined),
);

type ColumnFrameProps = Pick<ComparisonColumnProps, 'name' | 'tab' | 'isKept'> & { readonly children: ReactNode };

function ColumnFrame({ name, tab, isKept, children }: ColumnFrameProps) {
  const className = classNames(
    'flex min-w-0 flex-col rounded-card border p-3',
    isKept ? 'border-accent' : 'border-border',
  );
  if (tab === undefined) {
    return (
      <section aria-label={name} className={className}>
        {children}
      </section>
    );
  }
  return (
    <div
      role="tabpanel"
      id={`${tab.of}-panel-${String(tab.index)}`}
      aria-labelledby={`${tab.of}-tab-${String(tab.index)}`}
      hidden={!tab.isShown}
      className={tab.isShown ? className : undefined}
    >
      {children}
    </div>
  );
}
