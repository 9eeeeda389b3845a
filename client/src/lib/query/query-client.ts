import { ProblemError } from '@parley/contracts';
import { QueryClient } from '@tanstack/react-query';
import { UnreadableAnswerError } from '../api/create-api.ts';

/**
 * The cache of what the server said. Requests are sent even when the browser believes to be offline, because a server
 * on the same machine needs no network; only failures that may pass by themselves are tried again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        retry: shouldRetry,
        retryDelay: (count) => 500 * 2 ** count,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

function shouldRetry(failures: number, error: Error): boolean {
  if (failures >= 2 || error instanceof UnreadableAnswerError) return false;
  return !(error instanceof ProblemError) || error.status >= 500;
}
