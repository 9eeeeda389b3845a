import type { Conversation } from '@parley/contracts';
import { useEffect, useEffectEvent } from 'react';
import type { RefObject } from 'react';
import { conversationDragType } from '../../lib/drag-conversation.ts';
import { rankBetween } from '../../lib/rank-between.ts';
import { useConversationActions } from './use-conversation-actions.ts';

type Side = 'above' | 'below';

/**
 * Lets rows be dragged: among the pinned ones to their place, out of them and onto other pages. Everything it does can
 * be done by the rows' menus, too.
 */
export function useRowDrag(area: RefObject<HTMLElement | null>, listed: readonly Conversation[]): void {
  const actions = useConversationActions();
  const drop = useEffectEvent((id: string, target: HTMLElement, side: Side) => {
    const dragged = listed.find((item) => item.id === id);
    if (!dragged) return;
    if (!isPinnedRow(target)) {
      if (dragged.pin !== undefined) void actions.pin(dragged, null);
      return;
    }
    const others = listed.filter((item) => item.pin !== undefined && item.id !== id);
    const over = others.findIndex((item) => item.id === target.dataset['conversation']);
    if (over === -1) return;
    const at = side === 'above' ? over : over + 1;
    void actions.pin(dragged, rankBetween(others[at - 1]?.pin, others[at]?.pin));
  });

  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    let marked: HTMLElement | undefined;
    const mark = (row?: HTMLElement, side?: Side) => {
      if (marked && marked !== row) delete marked.dataset['drop'];
      if (row && side) row.dataset['drop'] = side;
      marked = row;
    };
    const begin = (event: DragEvent) => {
      const row = rowOf(event);
      const id = row?.dataset['conversation'];
      // What somebody else owns stays where it is.
      if (id === undefined || !event.dataTransfer || row?.closest('[data-group="shared"]')) return;
      event.dataTransfer.setData(conversationDragType, id);
      event.dataTransfer.effectAllowed = 'all';
    };
    const over = (event: DragEvent) => {
      const row = rowOf(event);
      if (!row || !event.dataTransfer?.types.includes(conversationDragType)) return mark();
      event.preventDefault();
      return mark(row, isPinnedRow(row) ? sideOf(event, row) : undefined);
    };
    const end = (event: DragEvent) => {
      const row = rowOf(event);
      const id = event.dataTransfer?.getData(conversationDragType);
      mark();
      if (!row || !id) return;
      event.preventDefault();
      drop(id, row, sideOf(event, row));
    };
    const stop = () => mark();
    element.addEventListener('dragstart', begin);
    element.addEventListener('dragover', over);
    element.addEventListener('drop', end);
    element.addEventListener('dragend', stop);
    return () => {
      element.removeEventListener('dragstart', begin);
      element.removeEventListener('dragover', over);
      element.removeEventListener('drop', end);
      element.removeEventListener('dragend', stop);
    };
  }, [area]);
}

function rowOf({ target }: Event): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-conversation]') ?? undefined) : undefined;
}

function isPinnedRow(row: HTMLElement): boolean {
  return row.closest('[data-group="pinned"]') !== null;
}

function sideOf(event: DragEvent, row: HTMLElement): Side {
  const { top, height } = row.getBoundingClientRect();
  return event.clientY < top + height / 2 ? 'above' : 'below';
}
