import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { LanguageScope } from '../lib/i18n/language-scope.tsx';
import type { AppRouter } from './router.ts';

export interface AppProps {
  readonly router: AppRouter;
  readonly queryClient: QueryClient;
}

/** The whole page: the routes under what all of them share. */
export function App({ router, queryClient }: AppProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <LanguageScope>
        <RouterProvider router={router} />
      </LanguageScope>
    </QueryClientProvider>
  );
}
