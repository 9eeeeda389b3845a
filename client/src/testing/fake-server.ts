import { problems } from '@parley/contracts';
import type { ProblemCode, ProblemIssue, Session } from '@parley/contracts';
import { vi } from 'vitest';
import type { Fetch } from '../lib/api/send.ts';

/** A request as the fake server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly keepalive: boolean;
}

type Answer = Response | Promise<Response>;
type Handler = (request: SeenRequest) => Answer;

/** A server in place of `fetch`: handlers by `METHOD /path`, 404 for the rest, and a record of every request. */
export function createFakeServer(handlers: Record<string, Handler> = {}) {
  const requests: SeenRequest[] = [];
  const fetch = vi.fn<Fetch>(async (url, init) => {
    const request: SeenRequest = {
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      keepalive: init.keepalive ?? false,
    };
    requests.push(request);
    const handler = handlers[`${request.method} ${url.split('?')[0] ?? ''}`];
    return handler ? handler(request) : problemAnswer('not-found');
  });
  return {
    fetch,
    handlers,
    requests,
    /** Requests to one route, such as `POST /api/auth/refresh`. */
    seen: (route: string) => requests.filter(({ method, url }) => `${method} ${url.split('?')[0] ?? ''}` === route),
  };
}

/** A JSON answer; without a body for 204. */
export function json(body: unknown, status = 200): Response {
  return status === 204 ? new Response(null, { status }) : Response.json(body, { status });
}

/** A problem+json answer. */
export function problemAnswer(
  code: ProblemCode,
  extra: { readonly issues?: readonly ProblemIssue[]; readonly retryAfter?: number } = {},
): Response {
  const { status, title } = problems[code];
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (extra.retryAfter !== undefined) headers.set('retry-after', String(extra.retryAfter));
  const document = { type: 'about:blank', title, status, code, ...(extra.issues ? { issues: extra.issues } : {}) };
  return new Response(JSON.stringify(document), { status, headers });
}

/** A session of Ada, told apart by its token. */
export function sessionOf(accessToken: string, userId = '11111111-1111-4111-8111-111111111111'): Session {
  return {
    accessToken,
    expiresAt: '2030-01-01T00:00:00.000Z',
    user: {
      id: userId as Session['user']['id'],
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      role: 'ADMIN',
      createdAt: '2026-01-01T00:00:00.000Z',
    },
  };
}
