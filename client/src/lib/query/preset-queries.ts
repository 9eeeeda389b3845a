import { presetRoutes } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Your presets, in your order. */
export const presetsQuery = queryOptions({
  queryKey: ['presets'],
  queryFn: async ({ signal }) => (await call(presetRoutes.list, {}, { signal })).items,
});
