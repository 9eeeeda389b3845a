import { accessRoutes, agentRoutes, apiKeyRoutes, auditRoutes, toolRoutes } from '@parley/contracts';
import type { AuditEntry } from '@parley/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Your keys for programs, without their secrets. */
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await call(apiKeyRoutes.list, {}, { signal })).items,
});

/** All groups with their members; for admins. */
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: async ({ signal }) => (await call(accessRoutes.groups, {}, { signal })).items,
});

/** The rules about tools; for admins. */
export const toolPolicyQuery = queryOptions({
  queryKey: ['tool-policy'],
  queryFn: ({ signal }) => call(toolRoutes.policy, {}, { signal }),
});

/** Every agent with how much it is used; for admins. */
export const agentOverviewQuery = queryOptions({
  queryKey: ['agent-overview'],
  queryFn: async ({ signal }) => (await call(agentRoutes.overview, {}, { signal })).items,
});

/** Who decided what, page by page, newest first; for admins. */
export function auditQuery(action: AuditEntry['action'] | undefined) {
  return infiniteQueryOptions({
    queryKey: ['audit', action ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      call(
        auditRoutes.list,
        { query: { ...(action === undefined ? {} : { action }), ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
}
