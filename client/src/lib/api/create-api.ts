import type { Route, RouteArguments, RouteOutput } from '@parley/contracts';
import * as z from 'zod/mini';
import { readProblem } from './read-problem.ts';
import { answerDeadlineMs, OfflineError, send } from './send.ts';
import type { Fetch } from './send.ts';
import { sessionEnded } from './session-keeper.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
}

/** Arguments of any route, as the implementation sees them. */
interface LooseArguments {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** The answer was not what the route promises: server and page are of different versions. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError';
}

export interface Api {
  /**
   * Calls a route of the contracts and returns its parsed answer. Throws ProblemError for an error status, OfflineError
   * when there was no answer, UnreadableAnswerError when the answer does not fit.
   */
  readonly call: <const R extends Route>(
    route: R,
    input: RouteArguments<R>,
    options?: CallOptions,
  ) => Promise<RouteOutput<R>>;
  /**
   * `fetch` with the access token, renewed once when the server refuses it. Returns any other status as it is; throws
   * OfflineError, or `session-ended` when nobody is signed in any more. `url` is relative to the app.
   */
  readonly authorizedFetch: (url: string, init?: RequestInit) => Promise<Response>;
}

/** The client's side of the HTTP interface over a `fetch` and a session. */
export function createApi({ fetch, session }: { readonly fetch: Fetch; readonly session: SessionKeeper }): Api {
  async function authorizedFetch(url: string, init: RequestInit = {}): Promise<Response> {
    const held = session.current() ?? (await session.refresh(undefined));
    if (!held) throw sessionEnded();
    const response = await send(fetch, url, withBearer(init, held.accessToken));
    if (response.status !== 401) return response;
    const renewed = await session.refresh(held);
    if (!renewed) throw sessionEnded();
    return send(fetch, url, withBearer(init, renewed.accessToken));
  }

  async function call<const R extends Route>(
    route: R,
    input: RouteArguments<R>,
    options?: CallOptions,
  ): Promise<RouteOutput<R>>;
  async function call(route: Route, input: LooseArguments, options: CallOptions = {}): Promise<unknown> {
    const url = routeUrl(route, input);
    const init = requestOf(route, input, options);
    const response = route.access === 'user' ? await authorizedFetch(url, init) : await send(fetch, url, init);
    if (!response.ok) throw await readProblem(response);
    if (!route.response) return undefined;
    const parsed = z.safeParse(route.response, await readJson(response, options.signal));
    if (!parsed.success) throw new UnreadableAnswerError(route.id, { cause: parsed.error });
    return parsed.data;
  }

  return { call, authorizedFetch };
}

/** The body as JSON, or `undefined` where it is none. A connection that breaks off in the middle is an OfflineError. */
async function readJson(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await within(answerDeadlineMs, response.text(), signal);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function within<T>(milliseconds: number, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OfflineError('timeout', undefined)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } catch (error) {
    if (signal?.aborted || error instanceof OfflineError) throw error;
    throw new OfflineError('unreachable', error);
  } finally {
    clearTimeout(timer);
  }
}

function requestOf(route: Route, input: LooseArguments, { signal, keepalive }: CallOptions): RequestInit {
  const init: RequestInit = { method: route.method };
  if (signal) init.signal = signal;
  if (keepalive) init.keepalive = true;
  if (input.body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(input.body);
  }
  return init;
}

function withBearer(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}

/** The address of a route with its parameters filled in, relative to the app. */
function routeUrl(route: Route, input: LooseArguments): string {
  const params = new Map(entriesOf(input.params));
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params.get(name) ?? ''));
  const query = new URLSearchParams(entriesOf(input.query)).toString();
  return query === '' ? path : `${path}?${query}`;
}

function entriesOf(fields: unknown): [string, string][] {
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
}
