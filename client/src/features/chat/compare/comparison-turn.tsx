import { lazy, Suspense, useId, useRef, useState } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { useFirstWritten } from '../live/use-live.ts';
import type { ComparisonTurn } from '../thread/thread-turns.ts';
import { TurnFrame } from '../thread/turn-frame.tsx';
import { ColumnTabs } from './column-tabs.tsx';
import { columnName } from './column-names.ts';
import { ComparisonColumn } from './comparison-column.tsx';
import { EndAnnouncer } from './end-announcer.tsx';
import { useChoose } from './use-choose.ts';
import { useColumnRoom } from './use-column-room.ts';
import { useSwipe } from './use-swipe.ts';

const VoteBar = lazy(async () => ({ default: (await import('./vote-bar.tsx')).VoteBar }));

/** Two or three answers to one prompt: side by side where there is room, otherwise one at a time. */
export function ComparisonTurnView({ turn }: { readonly turn: ComparisonTurn }) {
  const texts = useCompareTexts();
  const { key, answers, comparison, question } = turn;
  const { busy, choose } = useChoose(turn);
  const tabsId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const { isWide, style } = useColumnRoom(frame);
  const [shown, setShown] = useState(0);
  const current = Math.min(shown, answers.length - 1);
  useSwipe(frame, (by) => setShown(Math.max(0, Math.min(current + by, answers.length - 1))));
  const isWriting = useFirstWritten(answers) !== undefined;
  const isBlind = comparison.blind && comparison.choice === undefined;
  const names = answers.map((answer, index) => columnName(answer, index, texts));
  const canVote = !isWriting;
  const pick = (index: number) => {
    const answer = answers[index];
    if (!answer || (isBlind && isWriting)) return undefined;
    return () => choose(answer.id);
  };
  return (
    <TurnFrame
      turnKey={key}
      messageId={answers[current]?.id}
      kind="answer"
      heading={texts.turn.heading}
      settled={false}
      newest
      keys={{ '1': pick(0), '2': pick(1), '3': pick(2), '0': canVote ? () => choose('tie') : undefined }}
    >
      <div ref={frame} style={style} className="flex min-w-0 flex-col gap-3" data-comparison={question.id}>
        {isWide ? null : <ColumnTabs id={tabsId} names={names} current={current} onChoose={setShown} />}
        <div
          className={isWide ? 'grid items-start gap-3' : undefined}
          style={isWide ? { gridTemplateColumns: `repeat(${String(answers.length)}, minmax(0, 1fr))` } : undefined}
        >
          {answers.map((answer, index) => (
            <ComparisonColumn
              key={answer.id}
              answer={answer}
              name={names[index] ?? ''}
              tab={isWide ? undefined : { of: tabsId, index, isShown: index === current }}
              isBlind={isBlind}
              isKept={comparison.choice === answer.id}
              isBusy={busy !== undefined}
              onKeep={isBlind ? undefined : () => choose(answer.id)}
            />
          ))}
        </div>
        {isBlind ? (
          <Suspense fallback={<div className="min-h-20" />}>
            <VoteBar answers={answers} isReady={canVote} busy={busy} onChoose={choose} />
          </Suspense>
        ) : null}
      </div>
      <EndAnnouncer answers={answers} names={names} />
    </TurnFrame>
  );
}
