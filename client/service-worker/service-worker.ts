import { createShell } from './shell.ts';

declare const self: ServiceWorkerGlobalScope;

/**
 * Lets the app open without its server: the page and what it loads at once are kept, and whatever else was loaded of
 * this build. Answers of the api never pass through here; what can be read offline is kept by the page itself.
 */
const shell = createShell({ caches, fetch: (request) => fetch(request), origin: self.location.origin });

self.addEventListener('install', (event) => {
  event.waitUntil(shell.renew().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const kind = shell.kindOf(event.request);
  if (kind === 'page') event.respondWith(shell.page(event.request, (work) => event.waitUntil(work)));
  else if (kind === 'asset') event.respondWith(shell.asset(event.request));
});

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  if (Array.isArray(data)) event.waitUntil(shell.keep(data.filter((path) => typeof path === 'string')));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data: unknown = event.notification.data;
  event.waitUntil(show(typeof data === 'string' && data.startsWith('/') ? data : '/'));
});

/** Shows a page of the app in a window that is there, or in a new one. */
async function show(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [first] = windows.toSorted((one, other) => Number(other.focused) - Number(one.focused));
  if (first === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  await first.focus();
  // The page goes there by itself, without loading anew.
  first.postMessage({ type: 'go', path });
}
