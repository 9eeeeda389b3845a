import { actionRoutes, mcpRoutes, toolRoutes } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** The tools you may use, as far as they are known without waiting for a server. */
export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: async ({ signal }) => (await call(toolRoutes.list, {}, { signal })).items,
});

/** What you have allowed tools to do without asking again. */
export const toolGrantsQuery = queryOptions({
  queryKey: ['tool-grants'],
  queryFn: async ({ signal }) => (await call(toolRoutes.grants, {}, { signal })).items,
});

/** The MCP servers you may use, and how it goes with each. */
export const mcpServersQuery = queryOptions({
  queryKey: ['mcp-servers'],
  queryFn: async ({ signal }) => (await call(mcpRoutes.list, {}, { signal })).items,
});

/** The APIs whose operations you may use as tools. */
export const actionSetsQuery = queryOptions({
  queryKey: ['action-sets'],
  queryFn: async ({ signal }) => (await call(actionRoutes.list, {}, { signal })).items,
});
