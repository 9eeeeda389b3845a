interface ShellOptions {
  readonly caches: CacheStorage;
  readonly fetch: (request: Request | string) => Promise<Response>;
  /** Of the app. */
  readonly origin: string;
}

/** What a request is to the app: a page, a file of the build, or nothing that is kept here. */
type RequestKind = 'page' | 'asset' | 'other';

export interface Shell {
  kindOf(request: Request): RequestKind;
  /** The page from the server, or else the one that was kept. What it takes longer for is handed to `later`. */
  page(request: Request, later: (work: Promise<unknown>) => void): Promise<Response>;
  /** A file of the build: its name changes with what is in it, so the kept one is as good. */
  asset(request: Request): Promise<Response>;
  /** Keeps files of the build that a page has loaded already. */
  keep(paths: readonly string[]): Promise<void>;
  /** Fetches the page and keeps it, with all it loads at once, if it is another one than before. */
  renew(): Promise<void>;
}

/** Begins the name of a cache; the hash of the page it belongs to follows. */
const prefix = 'parley-';
const pageAddress = '/';
/** Milliseconds that a server is given before the kept page is shown. */
const patienceMs = 4_000;

export function createShell({ caches, fetch, origin }: ShellOptions): Shell {
  /** The newest cache that is whole. */
  async function current(): Promise<Cache | undefined> {
    for (const name of (await caches.keys()).toReversed()) {
      if (!name.startsWith(prefix)) continue;
      const cache = await caches.open(name);
      if ((await cache.match(pageAddress)) !== undefined) return cache;
    }
    return undefined;
  }

  async function keepPage(page: Response): Promise<void> {
    const html = await page.clone().text();
    const name = prefix + (await hash(html));
    const cache = await caches.open(name);
    if ((await cache.match(pageAddress)) !== undefined) return;
    try {
      await Promise.all(assetsIn(html).map((path) => cache.add(path)));
      // Last: a cache with a page in it is whole.
      await cache.put(pageAddress, page);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
    const older = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
    await Promise.all(older.map((key) => caches.delete(key)));
  }

  async function keptPage(): Promise<Response | undefined> {
    return await (await current())?.match(pageAddress);
  }

  return {
    kindOf({ method, mode, url }) {
      const { origin: asked, pathname } = new URL(url);
      if (method !== 'GET' || asked !== origin) return 'other';
      if (pathname.startsWith('/assets/') || pathname === '/favicon.svg') return 'asset';
      return mode === 'navigate' && isPage(pathname) ? 'page' : 'other';
    },

    async page(request, later) {
      const asked = fetch(request);
      const kept = await keptPage();
      if (kept === undefined) return await asked;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), patienceMs);
      });
      try {
        const answer = await Promise.race([asked, patience]);
        if (answer === undefined || answer.status >= 500) return kept;
        if (answer.ok) later(ignoring(keepPage(answer.clone())));
        return answer;
      } catch {
        return kept;
      } finally {
        clearTimeout(timer);
        later(ignoring(asked));
      }
    },

    async asset(request) {
      const cache = await current();
      const kept = await cache?.match(request);
      if (kept !== undefined) return kept;
      const answer = await fetch(request);
      if (answer.ok) await cache?.put(request, answer.clone());
      return answer;
    },

    async keep(paths) {
      const cache = await current();
      for (const path of paths) {
        if (!path.startsWith('/assets/') || cache === undefined || (await cache.match(path)) !== undefined) continue;
        await cache.add(path);
      }
    },

    async renew() {
      const page = await fetch(pageAddress);
      if (!page.ok) throw new Error(`The page answered ${String(page.status)}.`);
      await keepPage(page);
    },
  };
}

/** Addresses that the server answers by itself are no pages of the app. */
function isPage(pathname: string): boolean {
  return !/^\/(?:api|v1|assets|healthz|livez|readyz|metrics|openapi)(?:[/.]|$)/.test(pathname);
}

/** Scripts, styles and fonts that a page loads at once. */
function assetsIn(html: string): string[] {
  return [...new Set([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path))];
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Work that only makes the next visit better: when it fails, there is nothing to do but to try again then. */
async function ignoring(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
