import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { vi } from 'vitest';
import type { createFakeServer } from './fake-server.ts';

/** The whole app at an address on a fake server, as a page that was just loaded: nothing is remembered from before. */
export async function renderApp(server: ReturnType<typeof createFakeServer>, path: string) {
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('BroadcastChannel', LonelyChannel);
  vi.resetModules();
  const [{ session }, { createAppRouter }, { followSession }, { App }, { createQueryClient }] = await Promise.all([
    import('../lib/api/call.ts'),
    import('../app/router.ts'),
    import('../app/follow-session.ts'),
    import('../app/app.tsx'),
    import('../lib/query/query-client.ts'),
  ]);
  const queryClient = createQueryClient();
  const router = createAppRouter({ queryClient, session, history: createMemoryHistory({ initialEntries: [path] }) });
  const reload = vi.fn<() => void>();
  const onSignedOut = vi.fn<() => void>();
  followSession({ session, queryClient, router, reload, onSignedOut });
  render(<App router={router} queryClient={queryClient} />);
  return { router, queryClient, session, reload, onSignedOut };
}

/** This page is the only tab. */
class LonelyChannel extends EventTarget {
  postMessage(): void {
    // Nobody else is there.
  }
}
