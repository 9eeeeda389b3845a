import { authRoutes, conversationRoutes, ProblemError } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { createApi, UnreadableAnswerError } from './create-api.ts';
import { answerDeadlineMs, OfflineError } from './send.ts';
import { createSessionKeeper } from './session-keeper.ts';

const id = '22222222-2222-4222-8222-222222222222' as ConversationId;
const conversation = {
  id,
  title: 'Tea',
  endpoint: 'Parley',
  model: 'chat-fast',
  archived: false,
  runningGenerationId: null,
  waitingForInput: false,
  tools: [],
  unread: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('call', () => {
  it('fills in the address, sends the token and parses the answer', async () => {
    const { api, server } = signedIn({
      'GET /api/conversations': () => json({ items: [conversation], nextCursor: null }),
    });
    const page = await api.call(conversationRoutes.list, { query: { cursor: 'a b', archived: 'true' } });
    expect(page.items).toEqual([conversation]);
    expect(server.requests[0]?.url).toBe('/api/conversations?cursor=a+b&archived=true');
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer first');
  });

  it('sends a body as JSON and encodes parameters', async () => {
    const { api, server } = signedIn({ [`PATCH /api/conversations/${id}`]: () => json(conversation) });
    await api.call(conversationRoutes.update, { params: { id }, body: { title: 'Tea' } });
    expect(server.requests[0]).toMatchObject({ method: 'PATCH', body: { title: 'Tea' } });
    expect(server.requests[0]?.headers.get('content-type')).toBe('application/json');
  });

  it('sends no token to public routes', async () => {
    const { api, server } = signedIn({ 'POST /api/auth/login': () => json(sessionOf('x')) });
    await api.call(authRoutes.login, { body: { email: 'ada@example.com', password: 'secret' } });
    expect(server.requests[0]?.headers.has('authorization')).toBe(false);
  });

  it('renews a spent token once, for all calls that met it, and repeats them', async () => {
    const { api, server } = signedIn({
      [`GET /api/conversations/${id}`]: ({ headers }) =>
        headers.get('authorization') === 'Bearer second' ? json(conversation) : problemAnswer('token-expired'),
      'POST /api/auth/refresh': () => json(sessionOf('second')),
    });
    const calls = Array.from({ length: 3 }, () => api.call(conversationRoutes.get, { params: { id } }));
    const titles = (await Promise.all(calls)).map(({ title }) => title);
    expect(titles).toEqual(['Tea', 'Tea', 'Tea']);
    expect(server.seen('POST /api/auth/refresh')).toHaveLength(1);
    expect(server.seen(`GET /api/conversations/${id}`)).toHaveLength(6);
  });

  it('gives up after one renewal', async () => {
    const { api, server } = signedIn({
      [`GET /api/conversations/${id}`]: () => problemAnswer('not-authenticated'),
      'POST /api/auth/refresh': () => json(sessionOf('second')),
    });
    await expect(api.call(conversationRoutes.get, { params: { id } })).rejects.toMatchObject({
      code: 'not-authenticated',
    });
    expect(server.requests).toHaveLength(3);
  });

  it('throws session-ended when nobody is signed in any more', async () => {
    const { api } = signedIn({
      [`GET /api/conversations/${id}`]: () => problemAnswer('token-expired'),
      'POST /api/auth/refresh': () => problemAnswer('session-ended'),
    });
    await expect(api.call(conversationRoutes.get, { params: { id } })).rejects.toMatchObject({ code: 'session-ended' });
  });

  it('throws the problem with its issues and the time to wait', async () => {
    const issues = [{ path: 'body.email', message: 'Please enter a whole e-mail address' }];
    const { api } = signedIn({
      'POST /api/auth/login': () => problemAnswer('too-many-requests', { issues, retryAfter: 20 }),
    });
    const failure = api.call(authRoutes.login, { body: { email: 'ada@example.com', password: 'secret' } });
    await expect(failure).rejects.toThrow(ProblemError);
    await expect(failure).rejects.toMatchObject({ code: 'too-many-requests', issues, retryAfterSeconds: 20 });
  });

  it.each([
    [502, OfflineError],
    [500, ProblemError],
    [413, ProblemError],
  ])('understands a bare %i from a proxy', async (status, kind) => {
    const { api } = signedIn({ 'POST /api/auth/logout': () => new Response('<html>', { status }) });
    await expect(api.call(authRoutes.logout, {})).rejects.toThrow(kind);
  });

  it('throws OfflineError when the network fails', async () => {
    const { api } = signedIn({ 'POST /api/auth/logout': () => Promise.reject(new TypeError('Failed to fetch')) });
    await expect(api.call(authRoutes.logout, {})).rejects.toMatchObject({
      name: 'OfflineError',
      reason: 'unreachable',
    });
  });

  it('throws OfflineError when no answer begins in time', async () => {
    vi.useFakeTimers();
    try {
      const { api, server } = signedIn({});
      server.fetch.mockImplementation(
        (_, init) =>
          new Promise((_resolve, reject) =>
            init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
          ),
      );
      const outcome = api.call(authRoutes.logout, {}).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(answerDeadlineMs);
      expect(await outcome).toMatchObject({ name: 'OfflineError', reason: 'timeout' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('throws the caller’s own reason when the caller gave up', async () => {
    const { api } = signedIn({ 'POST /api/auth/logout': () => Promise.reject(new DOMException('gone', 'AbortError')) });
    const failure = api.call(authRoutes.logout, {}, { signal: AbortSignal.abort() });
    await expect(failure).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('throws UnreadableAnswerError when the answer does not fit the route', async () => {
    const { api } = signedIn({ [`GET /api/conversations/${id}`]: () => json({ title: 'Tea' }) });
    await expect(api.call(conversationRoutes.get, { params: { id } })).rejects.toThrow(UnreadableAnswerError);
  });
});

describe('authorizedFetch', () => {
  it('returns every status but 401 as it is', async () => {
    const { api } = signedIn({ 'GET /api/generations/x/stream': () => new Response('gone', { status: 410 }) });
    const response = await api.authorizedFetch('/api/generations/x/stream?offset=-1');
    expect(response.status).toBe(410);
  });
});

function signedIn(handlers: Parameters<typeof createFakeServer>[0]) {
  const server = createFakeServer(handlers);
  const channel = { postMessage: () => undefined, addEventListener: () => undefined };
  const session = createSessionKeeper({ fetch: server.fetch, channel, exclusive: (_, work) => work() });
  session.start(sessionOf('first'));
  return { server, api: createApi({ fetch: server.fetch, session }) };
}
