import { transferRoutes } from '@parley/contracts';
import type { Import } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';

/** Milliseconds between two looks at an import that goes on. */
const lookEvery = 1_000;

/** Whether an import has not ended. */
export function isUnderWay({ state }: Pick<Import, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/** Your last imports, newest first; looked at again while one goes on. */
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: async ({ signal }) => (await call(transferRoutes.listImports, {}, { signal })).items,
  refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? lookEvery : false),
});
