import { expect, test } from 'vitest';
import { createShell } from './shell.ts';

const origin = 'https://chat.example.org';

test('only pages and files of the build pass through it', () => {
  const shell = createShell({ caches: fakeCaches(), fetch: () => Promise.reject(new TypeError()), origin });
  const kinds = [
    ['/c/new', 'page'],
    ['/docs/guides/first-steps', 'page'],
    ['/apis-are-nice', 'page'],
    ['/api/conversations', 'other'],
    ['/v1/models', 'other'],
    ['/readyz', 'other'],
    ['/assets/index-1.js', 'asset'],
  ] as const;
  expect(kinds.map(([path]) => [path, shell.kindOf(visit(path))])).toEqual(kinds);
  expect(shell.kindOf(visit('/c/new', { mode: 'cors' }))).toBe('other');
  expect(shell.kindOf(visit('/c/new', { method: 'POST' }))).toBe('other');
  expect(shell.kindOf(visit('/', { url: 'https://elsewhere.example.org/' }))).toBe('other');
});

test('the kept page shows when the server is away or ill, and the server’s own in all other cases', async () => {
  const server = fakeServer({ '/': page('a.js'), '/assets/a.js': 'a' });
  const shell = createShell({ caches: fakeCaches(), fetch: server.fetch, origin });
  await shell.renew();
  server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await text(shell.page(visit('/c/1'), ignore))).toBe(page('a.js'));
  server.answer = () => Promise.resolve(new Response('502', { status: 502 }));
  expect(await text(shell.page(visit('/c/1'), ignore))).toBe(page('a.js'));
  server.answer = () => Promise.resolve(new Response('signed out', { status: 403 }));
  expect(await text(shell.page(visit('/c/1'), ignore))).toBe('signed out');
});

test('a new build replaces the old one only when it is whole', async () => {
  const caches = fakeCaches();
  const server = fakeServer({ '/': page('a.js'), '/assets/a.js': 'a' });
  const shell = createShell({ caches, fetch: server.fetch, origin });
  await shell.renew();
  server.files = { '/': page('b.js') };
  await expect(shell.renew()).rejects.toThrow('Not found');
  server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await text(shell.page(visit('/'), ignore))).toBe(page('a.js'));
  server.answer = undefined;
  server.files = { '/': page('b.js'), '/assets/b.js': 'b' };
  await shell.renew();
  expect(await caches.keys()).toHaveLength(1);
  server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await text(shell.page(visit('/'), ignore))).toBe(page('b.js'));
  expect(await text(shell.asset(visit('/assets/b.js')))).toBe('b');
});

test('files are kept as they are loaded, or named by a page that loaded them before', async () => {
  const server = fakeServer({ '/': page(), '/assets/late.js': 'late', '/assets/early.js': 'early' });
  const shell = createShell({ caches: fakeCaches(), fetch: server.fetch, origin });
  await shell.renew();
  await shell.asset(visit('/assets/late.js'));
  await shell.keep(['/assets/early.js', '/api/me', 'https://elsewhere.example.org/assets/x.js']);
  server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await text(shell.asset(visit('/assets/late.js')))).toBe('late');
  expect(await text(shell.asset(visit('/assets/early.js')))).toBe('early');
});

function page(...scripts: string[]): string {
  return `<html>${scripts.map((file) => `<script src="/assets/${file}"></script>`).join('')}</html>`;
}

function visit(path: string, more: Partial<Request> = {}): Request {
  return { url: origin + path, method: 'GET', mode: 'navigate', ...more } as Request;
}

function ignore(): void {
  // Nothing waits for it here.
}

async function text(answer: Promise<Response>): Promise<string> {
  return await (await answer).clone().text();
}

type Ask = (request: Request | string) => Promise<Response>;

function fakeServer(files: Record<string, string>) {
  const server: { files: Record<string, string>; answer: Ask | undefined; fetch: Ask } = {
    files,
    answer: undefined,
    fetch: (request) => {
      if (server.answer) return server.answer(request);
      const found = server.files[pathOf(request)];
      return Promise.resolve(found === undefined ? new Response('', { status: 404 }) : new Response(found));
    },
  };
  fetchOfCaches = (request) => server.fetch(request);
  return server;
}

/** `Cache.add` fetches by itself. */
let fetchOfCaches: Ask = () => Promise.reject(new TypeError());

function pathOf(request: Request | string): string {
  return new URL(typeof request === 'string' ? request : request.url, origin).pathname;
}

/** As much of the CacheStorage as the shell uses; Chromium's own is in the story about being offline. */
function fakeCaches(): CacheStorage {
  const all = new Map<string, Map<string, Response>>();
  const open = (name: string) => {
    const kept = all.get(name) ?? new Map<string, Response>();
    all.set(name, kept);
    return Promise.resolve({
      match: (request: Request | string) => Promise.resolve(kept.get(pathOf(request))),
      put: (request: Request | string, answer: Response) => Promise.resolve(void kept.set(pathOf(request), answer)),
      async add(request: string) {
        const answer = await fetchOfCaches(request);
        if (!answer.ok) throw new TypeError('Not found');
        kept.set(pathOf(request), answer);
      },
    });
  };
  return {
    open,
    keys: () => Promise.resolve([...all.keys()]),
    delete: (name: string) => Promise.resolve(all.delete(name)),
  } as unknown as CacheStorage;
}
