import { accountRoutes } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** What would go with the account, asked anew each time. */
export const holdingsQuery = queryOptions({
  queryKey: ['holdings'],
  queryFn: ({ signal }) => call(accountRoutes.readHoldings, {}, { signal }),
  staleTime: 0,
  gcTime: 0,
});
