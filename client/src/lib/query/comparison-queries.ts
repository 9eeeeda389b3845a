import { comparisonRoutes } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** How models have done in one's own comparisons, or in everybody's. */
export function modelResultsQuery(of: 'mine' | 'everybody') {
  return queryOptions({
    queryKey: ['model-results', of],
    queryFn: async ({ signal }) => (await call(comparisonRoutes.results, { query: { of } }, { signal })).items,
    staleTime: 0,
  });
}
