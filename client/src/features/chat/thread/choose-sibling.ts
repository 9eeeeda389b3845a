import type { MessageId } from '@parley/contracts';
import { flushSync } from 'react-dom';
import type { BranchChoices } from './visible-path.ts';

/**
 * Shows another version of a turn. The focus stays on the turn, or on the arrow that was pressed, and what was pressed
 * stays under the pointer.
 */
export function chooseSibling(
  choose: (chosen: BranchChoices) => void,
  parentId: MessageId | null,
  id: MessageId,
): void {
  const focused = document.activeElement;
  const left = focused?.closest<HTMLElement>('[data-turn]');
  const arrow = focused instanceof HTMLElement ? focused.dataset['arrow'] : undefined;
  const before = left?.getBoundingClientRect().bottom;
  flushSync(() => choose(new Map([[parentId, id]])));
  const shown = document.querySelector<HTMLElement>(`[data-message="${id}"]`);
  if (!left || !shown) return;
  const button = arrow === undefined ? null : shown.querySelector<HTMLElement>(`[data-arrow="${arrow}"]:enabled`);
  (button ?? shown).focus({ preventScroll: true });
  const scroller = shown.closest('[data-region="transcript"]');
  if (scroller) scroller.scrollTop += shown.getBoundingClientRect().bottom - (before ?? 0);
}
