import type { QueryClient } from '@tanstack/react-query';

/** After a change: all that is known of the library is fetched again where it is shown. */
export function refreshPrompts(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ['prompts'] });
}
