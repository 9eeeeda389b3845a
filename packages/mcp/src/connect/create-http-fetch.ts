import type { FetchLike } from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import type { McpSignIn } from '../oauth/mcp-sign-in.ts';
import { boundBody, readBeginning } from './bound-body.ts';
import { exchanges } from './exchange.ts';
import { signInAnswer } from './sign-in-answer.ts';

interface HttpFetchOptions {
  readonly target: McpTarget;
  /** The only way to the network. */
  readonly fetch: typeof fetch;
  readonly signIn: McpSignIn | undefined;
  readonly limits: McpLimits;
}

const errorTextBytes = 16 * 1024;
const mostChallenges = 2;
const tokenDeadlineMs = 30_000;

/**
 * The fetch of one connection: carries the holder's token, answers challenges a bounded number of times, and lets no
 * answer grow past the limits. Redirects are not followed here, so the token stays with the server's origin.
 */
export function createHttpFetch({ target, fetch, signIn, limits }: HttpFetchOptions): FetchLike {
  const signsIn = target.server.oauth !== undefined && signIn !== undefined;

  return async (url, init = {}) => {
    const request: RequestInit = { redirect: 'manual', ...init };
    const response = await (signsIn ? fetchWithToken(fetch, signIn, target, url, request) : fetch(url, request));
    const { body } = response;
    if (body === null) return response;
    if (!response.ok) return withBody(response, await readBeginning(body, errorTextBytes));
    const exchange = exchanges.getStore();
    const streamed = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (exchange !== undefined) exchange.streamed = streamed;
    const endless = init.method !== 'POST' || new Headers(init.headers).get('mcp-method') === 'subscriptions/listen';
    const bounds = {
      ...(streamed && { eventBytes: limits.answerBytes, lineBytes: limits.sseLineBytes }),
      ...((!streamed || !endless) && { totalBytes: limits.answerBytes }),
    };
    return withBody(
      response,
      boundBody(body, bounds, (failure) => {
        if (exchange !== undefined) exchange.failure = failure;
      }),
    );
  };
}

function withBody(response: Response, body: ReadableStream<Uint8Array> | string): Response {
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

async function fetchWithToken(
  fetch: HttpFetchOptions['fetch'],
  signIn: McpSignIn,
  target: McpTarget,
  url: string | URL,
  init: RequestInit,
): Promise<Response> {
  for (let challenges = 0; ; challenges += 1) {
    const signal = init.signal ?? AbortSignal.timeout(tokenDeadlineMs);
    const token = await signInAnswer(signIn.token(target, signal));
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const response = await fetch(url, { ...init, headers });
    const challenge = readChallenge(response);
    if (challenge === undefined) return response;
    await response.body?.cancel();
    if (challenges >= mostChallenges) throw challengeError(challenge.code, 'refused');
    const answer = await signInAnswer(signIn.challenged(target, challenge.header, signal, token));
    if (answer !== 'retry') throw challengeError(challenge.code, answer);
  }
}

interface Challenge {
  readonly code: 'sign-in-needed' | 'insufficient-scope';
  readonly header: string | null;
}

function readChallenge({ status, headers }: Response): Challenge | undefined {
  const header = headers.get('www-authenticate');
  if (status === 401) return { code: 'sign-in-needed', header };
  const asksForScope = header !== null && /\berror\s*=\s*"?insufficient_scope\b/i.test(header);
  return status === 403 && asksForScope ? { code: 'insufficient-scope', header } : undefined;
}

function challengeError(code: Challenge['code'], answer: 'sign-in-needed' | 'refused'): McpError {
  if (answer === 'refused') return new McpError('refused', 'The server does not accept this sign-in.');
  return code === 'sign-in-needed'
    ? new McpError(code, 'Sign in to use this server.')
    : new McpError(code, 'This needs more rights than the sign-in has. Sign in again to grant them.');
}
