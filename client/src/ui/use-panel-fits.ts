import { useMediaQuery } from '../lib/use-media-query.ts';

/** Whether there is room for a side panel beside the page (900 px and more); otherwise it lies over the page. */
export function usePanelFits(): boolean {
  return !useMediaQuery('(max-width: 899px)');
}
