/** The mounted turns of the page, in order. */
function turns(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-turn]')];
}

/** Moves the focus to the turn before or after the one that has it; without one, to the newest. */
export function focusNeighbour(direction: -1 | 1): void {
  const all = turns();
  const current = all.findIndex((turn) => turn.contains(document.activeElement));
  focusTurn(current === -1 ? all.at(-1) : all[current + direction]);
}

/** Moves the focus to the first or the newest turn. */
export function focusEdge(edge: 'first' | 'newest'): void {
  focusTurn(turns().at(edge === 'first' ? 0 : -1));
}

function focusTurn(turn: HTMLElement | undefined): void {
  if (!turn) return;
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: turn.offsetHeight > window.innerHeight * 0.7 ? 'start' : 'nearest' });
}
