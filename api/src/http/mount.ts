import { isDeepStrictEqual } from 'node:util';
import { problem } from '@parley/contracts';
import type { Route, RouteInput, RouteOutput } from '@parley/contracts';
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import type { Actor } from '../access/actor.ts';
import { parseInput } from './parse-input.ts';
import { readJsonBody } from './read-json-body.ts';

type ActorOf<R extends Route> = R['access'] extends 'user' ? Actor : undefined;

/** One request to a route, parsed. */
interface Call<R extends Route> extends RouteInput<R> {
  /** Who asks; `undefined` on a public route. */
  readonly actor: ActorOf<R>;
  readonly request: Request;
  readonly response: Response;
  /** Aborts when the client leaves before it has the whole answer; on a raw route also when the server shuts down. */
  readonly signal: AbortSignal;
  /** Carries the request id and, where known, the user id. */
  readonly log: Logger;
}

/** What a handler returns: the body of the answer, or nothing where the route has none. */
type Answer<R extends Route> = RouteOutput<R> extends undefined ? void : RouteOutput<R>;

export interface Mount {
  /** Serves a JSON route: parsed input in, the route's status and the returned body out. */
  readonly mount: <R extends Route>(router: Router, route: R, handler: (call: Call<R>) => Promise<Answer<R>>) => void;
  /** Serves a route whose handler writes the answer itself. */
  readonly mountRaw: <R extends Route>(router: Router, route: R, handler: (call: Call<R>) => Promise<void>) => void;
}

interface MountOptions {
  /** Yields who asks, or throws `not-authenticated` or `token-expired`. */
  readonly authenticate: (request: Request, response: Response) => Promise<Actor>;
  /** Holds every answer against the route's response schema. For tests: it costs a second pass over each body. */
  readonly checkAnswers: boolean;
  /** Aborts when the server shuts down: raw answers, which may be endless, must come to their end then. */
  readonly draining: AbortSignal;
}

/** Turns routes of the contract into Express routes. Authentication comes first, then the body is read and all input parsed. */
export function createMount({ authenticate, checkAnswers, draining }: MountOptions): Mount {
  async function prepare<R extends Route>(route: R, request: Request, response: Response): Promise<Call<R>> {
    const actor = route.access === 'user' ? await authenticate(request, response) : undefined;
    const body = route.body === undefined ? undefined : await readJsonBody(request, response);
    const input = parseInput(route, { params: request.params, query: request.query, body });
    const log = actor === undefined ? request.log : request.log.child({ userId: actor.userId });
    return callOf(route, { ...input, actor, request, response, signal: leaveSignal(response), log });
  }

  return {
    mount(router, route, handler) {
      register(router, route, async (request, response) => {
        const body = await handler(await prepare(route, request, response));
        if (checkAnswers) checkAnswer(route, body);
        if (response.destroyed) return;
        response.status(route.status);
        if (route.response === undefined) response.end();
        else response.set('Cache-Control', 'no-store').json(body);
      });
    },
    mountRaw(router, route, handler) {
      register(router, route, async (request, response) => {
        const call = await prepare(route, request, response);
        await handler({ ...call, signal: AbortSignal.any([call.signal, draining]) });
      });
    },
  };
}

function register(router: Router, route: Route, handler: RequestHandler): void {
  switch (route.method) {
    case 'GET':
      router.get(route.path, handler);
      return;
    case 'POST':
      router.post(route.path, handler);
      return;
    case 'PUT':
      router.put(route.path, handler);
      return;
    case 'PATCH':
      router.patch(route.path, handler);
      return;
    case 'DELETE':
      router.delete(route.path, handler);
  }
}

interface AnyCall extends Omit<Call<Route>, 'actor' | 'params' | 'query' | 'body'> {
  readonly actor: unknown;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** The overload states what `prepare` has just made true: the actor is there exactly when the route asks for one. */
function callOf<R extends Route>(route: R, call: AnyCall): Call<R>;
function callOf(_route: Route, call: AnyCall): AnyCall {
  return call;
}

function leaveSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) controller.abort(new Error('The client left.'));
  };
  if (response.closed) leave();
  else response.once('close', leave);
  return controller.signal;
}

function checkAnswer(route: Route, body: unknown): void {
  if (route.response === undefined) {
    if (body !== undefined) throw problem('internal-error', { cause: new Error(`${route.id} must not have a body`) });
    return;
  }
  const sent: unknown = JSON.parse(JSON.stringify(body));
  const parsed = z.core.safeParse(route.response, sent);
  if (!parsed.success) {
    throw problem('internal-error', { cause: new Error(`${route.id} broke its contract`, { cause: parsed.error }) });
  }
  if (!isDeepStrictEqual(parsed.data, sent)) {
    throw problem('internal-error', { cause: new Error(`${route.id} answered fields its contract does not have`) });
  }
}
