import { agentRoutes } from '@parley/contracts';
import type { AgentId } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** All lists of agents, to be fetched again when one was made, changed or removed. */
export const agentListsKey = ['agents', 'list'];

/** Every agent you may use, the first hundred of them. */
export const usableAgentsQuery = queryOptions({
  queryKey: [...agentListsKey, 'usable'],
  queryFn: async ({ signal }) => {
    const { items } = await call(agentRoutes.list, { query: { shelf: 'all', limit: 100 } }, { signal });
    return items;
  },
});

/** One agent, as its users see it. */
export function agentQuery(id: AgentId) {
  return queryOptions({
    queryKey: ['agents', 'one', id],
    queryFn: ({ signal }) => call(agentRoutes.get, { params: { id } }, { signal }),
  });
}

/** One agent with all its settings, for its editors. */
export function agentSettingsQuery(id: AgentId) {
  return queryOptions({
    queryKey: ['agents', 'settings', id],
    queryFn: ({ signal }) => call(agentRoutes.settings, { params: { id } }, { signal }),
  });
}

/** All versions of an agent, newest first, for its editors. */
export function agentVersionsQuery(id: AgentId) {
  return queryOptions({
    queryKey: ['agents', 'versions', id],
    queryFn: async ({ signal }) => (await call(agentRoutes.versions, { params: { id } }, { signal })).items,
  });
}
