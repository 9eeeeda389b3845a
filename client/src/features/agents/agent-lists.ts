import { agentRoutes } from '@parley/contracts';
import type { Agent, AgentSettings, RouteArguments } from '@parley/contracts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { agentListsKey, agentQuery, agentSettingsQuery, agentVersionsQuery } from '../../lib/query/agent-queries.ts';

/** Which agents a list shows. */
export type AgentFilter = Omit<RouteArguments<typeof agentRoutes.list>['query'], 'cursor' | 'limit'>;

const pageSize = 24;

/** Agents page by page, in the server's order. */
export function agentPagesQuery(filter: AgentFilter) {
  return infiniteQueryOptions({
    queryKey: [...agentListsKey, 'pages', filter],
    queryFn: ({ pageParam, signal }) =>
      call(
        agentRoutes.list,
        { query: { ...filter, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** An agent with its settings, as the server answers after each change. */
export interface SavedAgent {
  readonly agent: Agent;
  readonly settings: AgentSettings;
}

/** Puts an agent that was just saved where the pages look for it. */
export function rememberAgent(client: QueryClient, { agent, settings }: SavedAgent): void {
  client.setQueryData(agentSettingsQuery(agent.id).queryKey, { agent, settings });
  client.setQueryData(agentQuery(agent.id).queryKey, agent);
  void client.invalidateQueries({ queryKey: agentVersionsQuery(agent.id).queryKey });
  refreshAgentLists(client);
}

/** Asks anew for every list an agent may be in. */
export function refreshAgentLists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: agentListsKey });
}
