import { useMediaQuery } from './use-media-query.ts';

/** Whether the page is too narrow for a sidebar beside the transcript (under 768 px). */
export function useIsNarrow(): boolean {
  return useMediaQuery('(max-width: 767px)');
}
