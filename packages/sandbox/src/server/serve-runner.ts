import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SandboxRunner } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import { readJson } from './read-json.ts';
import { Refusal } from './refusal.ts';
import { createRunStreams } from './run-streams.ts';
import { runRequestSchema, toolAnswerSchema } from './wire.ts';

interface ServeRunnerOptions {
  readonly runner: SandboxRunner;
  /** What callers must know: 32 characters or more. */
  readonly token: string;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly log?: SandboxLog;
  /** Runs that are talked about at once; 600 unless said. */
  readonly mostRuns?: number;
}

export interface RunnerServer {
  readonly url: string;
  /** Ends the runs that were asked for here, and stops listening. The runner lives on. */
  close(): Promise<void>;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** The parts of the path that the route leaves open. */
  readonly ids: readonly [string, string];
}

type Route = readonly [method: string, path: RegExp, handle: (asked: Asked) => Promise<void>];

const shortestToken = 32;
const mostRequestBytes = 16 * 1024 * 1024;
const mostAnswerBytes = 4 * 1024 * 1024;
const drainMs = 5_000;
const lingerMs = 500;
/** Longer than callers keep a connection that they do not use. */
const keepAliveMs = 65_000;

/** Lets others use a runner over HTTP. Throws `invalid` for a short token, and the system's error when it cannot listen. */
export async function serveRunner(options: ServeRunnerOptions): Promise<RunnerServer> {
  const { runner, token, host, port, log = () => undefined, mostRuns = 600 } = options;
  if (token.length < shortestToken) {
    throw new SandboxError('invalid', `The token must have ${shortestToken} characters or more.`);
  }
  const streams = createRunStreams({ runner, mostRuns, log });
  const isAllowed = tokenCheck(token);

  const routes: readonly Route[] = [
    [
      'GET',
      /^\/v1\/status$/,
      async ({ response, query }) =>
        sendJson(response, 200, await runner.status({ fresh: query.get('fresh') === '1' })),
    ],
    [
      'POST',
      /^\/v1\/runs$/,
      async ({ request, response }) =>
        streams.open(await readJson(request, runRequestSchema, mostRequestBytes), response),
    ],
    [
      'DELETE',
      /^\/v1\/runs\/([^/]+)$/,
      async ({ response, ids: [run] }) => sendNothing(response, await streams.end(run)),
    ],
    [
      'PUT',
      /^\/v1\/runs\/([^/]+)\/files\/(\d{1,6})$/,
      async ({ request, response, ids: [run, index] }) =>
        sendNothing(response, await streams.putFile(run, Number(index), request)),
    ],
    [
      'POST',
      /^\/v1\/runs\/([^/]+)\/tool-answers\/([^/]+)$/,
      async ({ request, response, ids: [run, call] }) =>
        sendNothing(response, streams.answer(run, call, await readJson(request, toolAnswerSchema, mostAnswerBytes))),
    ],
    [
      'DELETE',
      /^\/v1\/workspaces\/([^/]+)\/([^/]+)$/,
      async ({ response, ids: [owner, workspace] }) =>
        sendNothing(response, await runner.closeWorkspace(owner, workspace)),
    ],
  ];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://runner');
    if (pathname === '/health') return sendJson(response, 200, { status: 'ok' });
    if (!isAllowed(request)) throw new Refusal(401, 'unavailable', 'The token is not the right one.');
    for (const [method, path, handle] of routes) {
      const found = method === request.method ? path.exec(pathname) : null;
      if (found === null) continue;
      const [, first = '', second = ''] = found;
      return handle({ request, response, query, ids: [decoded(first), decoded(second)] });
    }
    throw new Refusal(404, 'invalid', 'There is nothing at this address.');
  }

  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    closeAfterHalfARequest(request, response);
    answer(request, response).catch((error: unknown) => refuse(response, error, log));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await streams.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/**
 * After an answer Node reads the rest of its request and drops it, for ever. Here that goes on for a moment only, in
 * which the answer arrives: to close at once, as `Connection: close` does, would reset what the caller still writes, and
 * the caller would see the reset in place of the answer.
 */
function closeAfterHalfARequest(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  response.once('finish', () => {
    const close = (): void => {
      // By now the connection may carry another request.
      if (!request.complete) socket.destroy();
    };
    if (!request.complete) setTimeout(close, lingerMs).unref();
  });
}

/** Takes as long for a token that is nearly right as for one that is all wrong. */
function tokenCheck(token: string): (request: IncomingMessage) => boolean {
  const wanted = digest(`Bearer ${token}`);
  return ({ headers }) => timingSafeEqual(digest(headers.authorization ?? ''), wanted);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'invalid', 'The address is not one.');
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

function sendNothing(response: ServerResponse, _done: void): void {
  response.writeHead(204).end();
}

function refuse(response: ServerResponse, error: unknown, log: SandboxLog): void {
  const isGone = response.destroyed;
  if (!(error instanceof Refusal)) log(isGone ? 'debug' : 'error', 'Request failed', { reason: String(error) });
  if (response.headersSent || isGone) {
    response.destroy();
    return;
  }
  const { status, code, message } = error instanceof Refusal ? error : failure;
  sendJson(response, status, { code, message });
}

const failure = { status: 500, code: 'engine', message: 'The code runner failed.' } as const;

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
