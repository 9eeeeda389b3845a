import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { focusRegion } from '../../../lib/regions.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { useKeyDown } from '../../../lib/use-key-down.ts';
import { focusEdge, focusNeighbour } from './focus-turn.ts';

/** The keys that walk through turns: Alt+↑ and Alt+↓ everywhere, Home and End inside the transcript. */
export function useTurnKeys(scroller: RefObject<HTMLElement | null>, showAll: () => void): void {
  const { shortcuts } = useTexts().chat;
  const { group } = shortcuts;
  useShortcuts([
    {
      id: 'focus-composer-mod',
      keys: 'Mod+L',
      label: shortcuts.focusComposer,
      group,
      run: () => focusRegion('composer'),
    },
    { id: 'previous-turn', keys: 'Alt+ArrowUp', label: shortcuts.previousTurn, group, run: () => focusNeighbour(-1) },
    { id: 'next-turn', keys: 'Alt+ArrowDown', label: shortcuts.nextTurn, group, run: () => focusNeighbour(1) },
    { id: 'first-turn', keys: 'Home', label: shortcuts.firstTurn, group },
    { id: 'latest-turn', keys: 'End', label: shortcuts.latestTurn, group },
    { id: 'copy-turn', keys: 'C', label: shortcuts.copyTurn, group },
    { id: 'edit-turn', keys: 'E', label: shortcuts.editTurn, group },
    { id: 'retry-turn', keys: 'R', label: shortcuts.tryAgain, group },
    { id: 'fork-turn', keys: 'B', label: shortcuts.forkTurn, group },
    { id: 'turn-versions', keys: 'ArrowLeft', label: shortcuts.versions, group },
    { id: 'approve', keys: 'A', label: shortcuts.approve, group },
    { id: 'deny', keys: 'D', label: shortcuts.deny, group },
    { id: 'steer', keys: 'Alt+Enter', label: shortcuts.steer, group },
    { id: 'stop', keys: 'Escape', label: shortcuts.stop, group },
  ]);
  useKeyDown(scroller, (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'Home') {
      event.preventDefault();
      flushSync(showAll);
      focusEdge('first');
    } else if (event.key === 'End') {
      event.preventDefault();
      focusEdge('newest');
    }
  });
}
