import { promptRoutes } from '@parley/contracts';
import type { PromptGroupId } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** The prompts of the library that you may use, by name, without their texts. */
export const promptsQuery = queryOptions({
  queryKey: ['prompts', 'list'],
  queryFn: async ({ signal }) => (await call(promptRoutes.list, {}, { signal })).items,
  staleTime: 30_000,
});

/** One prompt with the text that is used. */
export function promptQuery(id: PromptGroupId) {
  return queryOptions({
    queryKey: ['prompts', 'one', id],
    queryFn: ({ signal }) => call(promptRoutes.get, { params: { id } }, { signal }),
  });
}

/** The versions of a prompt, newest first, for its editors. */
export function promptVersionsQuery(id: PromptGroupId) {
  return queryOptions({
    queryKey: ['prompts', 'versions', id],
    queryFn: async ({ signal }) => (await call(promptRoutes.versions, { params: { id } }, { signal })).items,
  });
}
