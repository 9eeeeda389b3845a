/** A part of the page that F6 reaches: elements carry `data-region` with this name, and `tabindex="-1"`. */
export type Region = 'sidebar' | 'transcript' | 'composer' | 'panel';

const focusable =
  'textarea:not(:disabled), input:not(:disabled), button:not(:disabled), a[href], [tabindex]:not([tabindex="-1"])';

/**
 * Moves the focus into a region: to its `data-region-focus` element, in the composer to its text field, otherwise to the
 * region itself. Returns whether the region is on the page and visible.
 */
export function focusRegion(region: Region): boolean {
  const element = visibleRegions().find((candidate) => candidate.dataset['region'] === region);
  if (!element) return false;
  focusInside(element);
  return true;
}

/** Moves the focus to the next or previous region, in page order, from wherever it is. */
export function cycleRegions(direction: 1 | -1): void {
  const regions = visibleRegions();
  const current = regions.findIndex((region) => region.contains(document.activeElement));
  const start = current === -1 && direction === -1 ? 0 : current;
  const next = regions.at((start + direction) % regions.length);
  if (next) focusInside(next);
}

function visibleRegions(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((element) => element.checkVisibility());
}

function focusInside(region: HTMLElement): void {
  const preferred =
    region.querySelector<HTMLElement>('[data-region-focus]') ??
    region.querySelector<HTMLElement>('textarea:not(:disabled)');
  if (preferred) return preferred.focus();
  region.focus();
  if (document.activeElement !== region) region.querySelector<HTMLElement>(focusable)?.focus();
}
