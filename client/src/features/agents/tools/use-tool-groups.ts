import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { mcpServersQuery, toolsQuery } from '../../../lib/query/tool-queries.ts';
import { groupTools } from '../../../lib/tool-groups.ts';

/** The tools this person may give to an agent, by origin; `undefined` while they are on their way. */
export function useToolGroups() {
  const tools = useQuery(toolsQuery);
  const servers = useQuery(mcpServersQuery);
  const groups = useMemo(
    () => (tools.data && servers.data ? groupTools(tools.data, servers.data) : undefined),
    [tools.data, servers.data],
  );
  return {
    groups,
    error: tools.error ?? servers.error,
    retry: () => {
      void tools.refetch();
      void servers.refetch();
    },
  };
}
