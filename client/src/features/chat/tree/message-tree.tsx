import type { Message, MessageId } from '@parley/contracts';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { useMediaQuery } from '../../../lib/use-media-query.ts';
import { findTyped, stepOf } from './tree-keys.ts';
import { TreeRowView } from './tree-row-view.tsx';
import { treeRows } from './tree-rows.ts';
import { useRowWindow } from './use-row-window.ts';

/** Letters typed closer together than this are one word. */
const typingPauseMs = 700;
const nothingClosed: ReadonlySet<MessageId> = new Set();

export interface MessageTreeProps {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** What is shown of them in the transcript. */
  readonly shown: ReadonlySet<MessageId>;
  readonly active: MessageId | undefined;
  readonly onActive: (id: MessageId) => void;
  /** A row was clicked, or chosen with Enter. */
  readonly onChoose: (id: MessageId, by: 'pointer' | 'key') => void;
}

/** Messages as a tree that takes one place in the tab order; only the rows in sight exist. */
export function MessageTree({ messages, shown, active, onActive, onChoose }: MessageTreeProps) {
  const { tree } = usePanelTexts();
  const [closed, setClosed] = useState(nothingClosed);
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const height = useRowHeight();
  const [now] = useState(() => new Date());
  const rows = useMemo(() => treeRows(messages, closed), [messages, closed]);
  const places = useMemo(() => new Map(rows.map(({ message }, index) => [message.id, index])), [rows]);
  const { from, to, show } = useRowWindow(scroller, height, rows.length);
  const activeIndex = (active && places.get(active)) ?? 0;
  const findNext = useTyping();

  const hasRows = rows.length > 0;
  const firstActive = useRef(activeIndex);
  useLayoutEffect(() => {
    if (hasRows) show(firstActive.current, 'center');
  }, [hasRows, show]);

  const moveTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    onActive(row.message.id);
    show(index);
  };
  const toggle = (index: number) => {
    const id = rows[index]?.message.id;
    if (id === undefined) return;
    onActive(id);
    setClosed((held) => new Set(held.has(id) ? [...held].filter((other) => other !== id) : [...held, id]));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = rows[activeIndex]?.message.id;
    const isTyping = event.key.length === 1 && event.key !== ' ';
    const isMirrored = getComputedStyle(event.currentTarget).direction === 'rtl';
    const step = stepOf(event.key, activeIndex, rows, isMirrored);
    if (step && 'to' in step) moveTo(step.to);
    else if (step) toggle(step.toggle);
    else if ((event.key === 'Enter' || event.key === ' ') && id !== undefined) onChoose(id, 'key');
    else if (isTyping) moveTo(findNext(event.key, (typed) => findTyped(typed, activeIndex, rows)) ?? activeIndex);
    else return;
    event.preventDefault();
  };
  const onClick = ({ target }: MouseEvent) => {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    const index = Number(element?.dataset['row'] ?? -1);
    const id = rows[index]?.message.id;
    if (id === undefined || !(target instanceof Element)) return;
    if (target.closest('[data-toggle]')) return toggle(index);
    onActive(id);
    onChoose(id, 'pointer');
  };

  const mounted = rows.slice(from, to).map((row, offset) => ({ row, index: from + offset }));
  const activeRow = rows[activeIndex];
  // What a screen reader is told of must exist, wherever it was scrolled to.
  if (activeRow && (activeIndex < from || activeIndex >= to)) mounted.push({ row: activeRow, index: activeIndex });
  return (
    <div
      ref={scroller}
      role="tree"
      tabIndex={0}
      data-region-focus
      aria-label={tree.label}
      aria-activedescendant={activeRow ? `${baseId}-${activeRow.message.id}` : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      className="group/tree @container/tree min-h-0 flex-1 overflow-x-hidden overflow-y-auto outline-none"
    >
      <div role="none" className="relative" style={{ height: rows.length * height }}>
        {mounted.map(({ row, index }) => (
          <TreeRowView
            key={row.message.id}
            row={row}
            id={`${baseId}-${row.message.id}`}
            index={index}
            height={height}
            isActive={index === activeIndex}
            isShown={shown.has(row.message.id)}
            now={now}
          />
        ))}
      </div>
    </div>
  );
}

/** Pixels of one row: 2.25 rem, 2.75 for fingers. */
function useRowHeight(): number {
  const isTouch = useMediaQuery('(pointer: coarse)');
  const [rem] = useState(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
  return rem * (isTouch ? 2.75 : 2.25);
}

/** Collects letters that are typed one after the other, and looks for what they make. */
function useTyping() {
  const typed = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (letter: string, find: (typed: string) => number | undefined): number | undefined => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (typed.current = ''), typingPauseMs);
    typed.current += letter;
    return find(typed.current);
  };
}
