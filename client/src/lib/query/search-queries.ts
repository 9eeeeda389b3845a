import { searchRoutes } from '@parley/contracts';
import type { RouteArguments } from '@parley/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** What is searched for, and among what. */
export type SearchAsked = Omit<RouteArguments<typeof searchRoutes.search>['query'], 'cursor' | 'limit'>;

/** Hits page by page, best first; the earlier ones stay until the new ones are there. */
export function searchPagesQuery(asked: SearchAsked) {
  return infiniteQueryOptions({
    queryKey: ['search', 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      call(
        searchRoutes.search,
        { query: { ...asked, limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    enabled: asked.q.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

/** The first few hits, for a list that shows other things, too. */
export function quickSearchQuery(q: string) {
  return queryOptions({
    queryKey: ['search', 'quick', q],
    queryFn: ({ signal }) => call(searchRoutes.search, { query: { q, limit: 12 } }, { signal }),
    enabled: q.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
