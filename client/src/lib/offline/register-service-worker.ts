/** Where a click on a notification leads. */
interface Go {
  readonly type: 'go';
  readonly path: string;
}

/**
 * Registers the service worker, which lets the app open without its server, where the browser has them: on HTTPS and on
 * localhost. `onGo` is told where a click on a notification leads.
 */
export async function registerServiceWorker(onGo: (path: string) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isGo(data)) onGo(data.path);
  });
  try {
    await navigator.serviceWorker.register('/service-worker.js');
    const { active } = await navigator.serviceWorker.ready;
    // What was loaded before it was there did not pass through it.
    active?.postMessage(loadedAssets());
  } catch {
    // Forbidden in this browser, or the server went away: the app works, only not without its server.
  }
}

function loadedAssets(): string[] {
  const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  return [...new Set(paths.filter((path) => path.startsWith('/assets/')))];
}

function isGo(data: unknown): data is Go {
  return typeof data === 'object' && data !== null && 'path' in data && typeof data.path === 'string';
}
