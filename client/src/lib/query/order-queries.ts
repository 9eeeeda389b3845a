import { projectRoutes, tagRoutes } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Your tags with how many chats have them, the most used first. */
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: async ({ signal }) => (await call(tagRoutes.list, {}, { signal })).items,
});

/** Your projects, in your order. */
export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: async ({ signal }) => (await call(projectRoutes.list, {}, { signal })).items,
});
