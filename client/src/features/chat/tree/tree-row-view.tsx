import { Bot, ChevronRight, GitBranch, ThumbsDown, ThumbsUp, UserRound } from 'lucide-react';
import { memo } from 'react';
import { type PanelTexts, usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { answererName } from '../panel/answerer-name.ts';
import { firstWords } from './first-words.ts';
import { shortTime } from './short-time.ts';
import type { TreeRow } from './tree-rows.ts';

/** Deeper branches stay here, so that there is room for words. */
const mostIndents = 8;

export interface TreeRowViewProps {
  readonly row: TreeRow;
  readonly id: string;
  readonly index: number;
  /** Pixels. */
  readonly height: number;
  readonly isActive: boolean;
  readonly isShown: boolean;
  readonly now: Date;
}

/** One message in a tree. The tree around it hears clicks, by `data-row` and `data-toggle`. */
export const TreeRowView = memo(function TreeRowView(props: TreeRowViewProps) {
  const { row, id, index, height, isActive, isShown, now } = props;
  const texts = usePanelTexts();
  const { message, depth } = row;
  const isQuestion = message.role === 'user';
  const Icon = isQuestion ? UserRound : Bot;
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      data-row={index}
      aria-level={depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-selected={isActive}
      aria-expanded={row.branches > 0 ? !row.isClosed : undefined}
      style={{
        top: index * height,
        height,
        paddingInlineStart: `${String(1 + Math.min(depth, mostIndents) * 1.125)}rem`,
      }}
      className={classNames(
        'absolute inset-x-0 flex cursor-pointer items-center gap-2 pe-3 text-sm',
        'before:absolute before:inset-y-0 before:start-0 before:w-[3px]',
        isShown ? 'text-text before:bg-accent' : 'text-text-muted',
        isActive
          ? 'bg-selected group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent'
          : 'hover:bg-hover',
      )}
    >
      <span className="sr-only">{nameOf(row, isShown, now, texts)}</span>
      <Icon aria-hidden className="size-3.5 shrink-0 opacity-80" />
      <span aria-hidden dir="auto" className={classNames('min-w-0 flex-1 truncate', isQuestion && 'font-medium')}>
        {wordsOf(row, texts)}
      </span>
      <RowMarks row={row} now={now} />
    </div>
  );
});

/** What stands at the end of a line: versions, rating, model, time, branches. */
function RowMarks({ row, now }: Pick<TreeRowViewProps, 'row' | 'now'>) {
  const texts = usePanelTexts();
  const { message, versions, version, branches, isClosed } = row;
  const rating = message.feedback?.rating;
  return (
    <span aria-hidden className="flex shrink-0 items-center gap-2 text-xs text-text-muted tabular-nums">
      {message.status === 'running' ? (
        <span className="size-2 animate-pulse rounded-full bg-accent" data-tooltip={texts.tree.writing} />
      ) : null}
      {rating === 'up' ? <ThumbsUp className="size-3.5 text-success" /> : null}
      {rating === 'down' ? <ThumbsDown className="size-3.5 text-danger" /> : null}
      {versions > 1 ? <span>{`${String(version)}/${String(versions)}`}</span> : null}
      {message.role === 'assistant' ? (
        <span className="hidden max-w-28 truncate @sm/tree:inline">{answererName(message, texts)}</span>
      ) : null}
      {branches > 0 ? (
        <span
          data-toggle
          className="-mx-1 inline-flex h-6 min-w-9 items-center justify-center gap-0.5 rounded-control px-1 hover:bg-selected touch:h-9"
        >
          <GitBranch className="size-3.5" />
          {branches}
          <ChevronRight
            className={classNames('size-3 transition-transform rtl:-scale-x-100', isClosed ? undefined : 'rotate-90')}
          />
        </span>
      ) : null}
      <span className="hidden w-12 text-end @md/tree:inline">{shortTime(message.createdAt, now)}</span>
    </span>
  );
}

function wordsOf({ message }: TreeRow, { tree }: PanelTexts): string {
  return firstWords(message) || (message.status === 'running' ? tree.writing : tree.noText);
}

/** Everything the line shows, in words. */
function nameOf(row: TreeRow, isShown: boolean, now: Date, texts: PanelTexts): string {
  const { tree } = texts;
  const { message, version, versions, branches } = row;
  const { feedback, status } = message;
  const who = message.role === 'user' ? texts.you : answererName(message, texts);
  return [
    `${who}: ${wordsOf(row, texts)}`,
    shortTime(message.createdAt, now),
    versions > 1 ? tree.version(version, versions) : undefined,
    status === 'done' ? undefined : tree[status],
    feedback && tree[feedback.rating],
    branches > 0 ? tree.branches(branches) : undefined,
    isShown ? tree.shown : undefined,
  ]
    .filter((words) => words !== undefined)
    .join(', ');
}
