import { accessRoutes } from '@parley/contracts';
import type { NamedPrincipal } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { useSettled } from '../use-settled.ts';

export interface FoundPrincipals {
  /** Empty while something else is being typed. */
  readonly found: readonly NamedPrincipal[];
  readonly isBusy: boolean;
}

/** People, groups and roles whose name or address begins as `query` does, asked for once the typing pauses. */
export function useFoundPrincipals(query: string): FoundPrincipals {
  const wanted = query.trim();
  const settled = useSettled(wanted);
  const { data = [], isFetching } = useQuery({
    queryKey: ['principals', settled],
    queryFn: async ({ signal }) =>
      (await call(accessRoutes.principals, { query: { query: settled } }, { signal })).items,
    enabled: settled !== '',
  });
  const isSettled = settled === wanted;
  return { found: isSettled ? data : [], isBusy: wanted !== '' && (!isSettled || isFetching) };
}
