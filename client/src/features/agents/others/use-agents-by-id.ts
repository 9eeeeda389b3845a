import type { Agent, AgentId } from '@parley/contracts';
import { useQueries } from '@tanstack/react-query';
import { agentQuery } from '../../../lib/query/agent-queries.ts';

/** Agents by id as far as they can be seen; `null` for one that cannot, no entry for one on its way. */
export function useAgentsById(ids: readonly AgentId[]): ReadonlyMap<AgentId, Agent | null> {
  const results = useQueries({ queries: ids.map((id) => agentQuery(id)) });
  const agents = new Map<AgentId, Agent | null>();
  for (const [index, id] of ids.entries()) {
    const result = results[index];
    if (result?.data) agents.set(id, result.data);
    else if (result?.isError) agents.set(id, null);
  }
  return agents;
}
