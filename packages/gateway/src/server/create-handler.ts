import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallScope } from '../core/call.ts';
import type { CallPath, ClientDialect, Face } from '../core/face.ts';
import { cancelled, GatewayError, toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { outOfReach } from '../recordings/read-recording.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { ListedModel } from '../routing/model-directory.ts';
import type { Admission } from './admission.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { dialectOf, findRoute } from './find-route.ts';
import type { FoundRoute } from './find-route.ts';
import { createModelRoutes } from './model-routes.ts';
import { recordingHeader } from '../transport/http-answer.ts';
import { sendReplay } from './send-recording.ts';
import { httpStatus, sendError } from './send-error.ts';

export interface HandlerOptions {
  readonly admission: Admission;
  readonly faces: Readonly<Partial<Record<ClientDialect, Face>>>;
  /** Of the dialect in which errors are told where the client's own is not known. */
  readonly plainFace: Face;
  readonly generate: (exchange: Exchange, path: CallPath) => Promise<void>;
  readonly models: (signal: AbortSignal) => Promise<ListedModel[]>;
  /** Absent: answers are not recorded. */
  readonly recordings: Recordings | undefined;
  /** Further routes by name, such as `/health` or `/embeddings`. */
  readonly endpoints: Iterable<readonly [string, Endpoint]>;
  readonly log: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Those that end a request, while it runs; whoever closes the gateway aborts them. */
  readonly running: Set<AbortController>;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

/** The scope of a request that nobody asked for a key. */
const anybody = { caller: '' };
const longestRequestId = 200;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The gateway's HTTP face: every route with and without `/v1`, errors in the client's dialect, no CORS headers at all. */
export function createHandler(options: HandlerOptions): Handler {
  const { admission, faces, plainFace, generate, log, now, closing, running } = options;
  const endpoints = createEndpoints(options);
  const generating = new Set(generatingRoutes.filter(([, dialect]) => faces[dialect]).map(([name]) => name));
  const known = rememberRoutes();

  async function answer(exchange: Exchange & { scope: CallScope }, { name, rest, path }: FoundRoute): Promise<void> {
    const { request } = exchange;
    admission.checkOrigin(request.headers);
    const isGenerating = generating.has(name);
    const choices = endpoints.get(name) ?? [];
    if (!isGenerating && choices.length === 0) throw new GatewayError('not-found', { message: nothingAt(name) });
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const endpoint = choices.find((choice) => choice.method === method);
    if (isGenerating ? method !== 'POST' : !endpoint) {
      const methods = isGenerating ? ['POST'] : choices.map((choice) => choice.method);
      exchange.headers['allow'] = methods.map((one) => (one === 'GET' ? 'GET, HEAD' : one)).join(', ');
      throw new GatewayError('method-not-allowed', { message: `${name} is asked with ${methods.join(' or ')}.` });
    }
    if (isGenerating) {
      exchange.scope = admission.scopeOf(request);
      return generate(exchange, path);
    }
    if (endpoint?.access === 'admin') admission.checkAdmin(request.headers);
    if (endpoint?.access === 'key') exchange.scope = admission.scopeOf(request);
    return endpoint?.run(exchange, rest);
  }

  return (request, response) => {
    const controller = new AbortController();
    running.add(controller);
    response.once('close', () => {
      running.delete(controller);
      if (!response.writableFinished) controller.abort(cancelled());
    });
    if (closing.aborted) controller.abort(closing.reason);
    const url = request.url ?? '/';
    const route = known(url);
    const requestId = String(request.headers['x-request-id'] ?? '').slice(0, longestRequestId) || randomUUID();
    const exchange: Exchange & { scope: CallScope } = {
      request,
      response,
      requestId,
      startedAt: now(),
      scope: anybody,
      face: faces[dialectOf(route.name, url, request.headers)] ?? plainFace,
      signal: controller.signal,
      headers: { 'x-request-id': requestId },
    };
    answer(exchange, route).catch((thrown: unknown) => {
      const error = toGatewayError(thrown);
      const fields = { requestId, code: error.code, status: httpStatus(error) };
      if (error.code === 'internal') log.error({ ...fields, err: error.cause }, 'request failed');
      else log.info(fields, 'request refused');
      sendError(exchange, error);
    });
  };
}

const generatingRoutes: readonly (readonly [string, ClientDialect])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
  [':generateContent', 'google-generative'],
];

/** Paths are taken apart once; what strangers make up cannot fill the memory. */
function rememberRoutes(): (url: string) => FoundRoute {
  const routes = new Map<string, FoundRoute>();
  const most = 500;
  return (url) => {
    const held = routes.get(url);
    if (held) return held;
    const found = findRoute(url);
    if (routes.size >= most) routes.clear();
    routes.set(url, found);
    return found;
  };
}

function createEndpoints(options: HandlerOptions): ReadonlyMap<string, readonly Endpoint[]> {
  const { recordings } = options;
  const models = createModelRoutes(options.models);

  async function replay(exchange: Exchange, key: string): Promise<void> {
    if (!recordings) throw new GatewayError('not-found', { message: 'This gateway records no answers.' });
    const lastEventId = exchange.request.headers['last-event-id'];
    const attachment = await recordings.attach({
      caller: exchange.scope.caller,
      key,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      signal: exchange.signal,
    });
    if (attachment?.type !== 'replayed') throw outOfReach(undefined);
    exchange.headers[recordingHeader] = 'replayed';
    await sendReplay(exchange, attachment.events);
  }

  async function cancel(exchange: Exchange, key: string): Promise<void> {
    await recordings?.cancel(exchange.scope.caller, key);
    exchange.response.writeHead(204, exchange.headers).end();
  }

  const byName = new Map<string, Endpoint[]>();
  const all: Iterable<readonly [string, Endpoint]> = [
    ['/models', { method: 'GET', access: 'key', run: (exchange) => models.all(exchange) }],
    ['/models/', { method: 'GET', access: 'key', run: (exchange, id) => models.one(exchange, id) }],
    ['/streams/', { method: 'GET', access: 'key', run: replay }],
    ['/streams/', { method: 'DELETE', access: 'key', run: cancel }],
    ...options.endpoints,
  ];
  for (const [name, endpoint] of all) byName.set(name, [...(byName.get(name) ?? []), endpoint]);
  return byName;
}

function nothingAt(name: string): string {
  const hint = name.startsWith('/v1') ? ' The base URL probably holds /v1 twice.' : '';
  return `There is nothing at ${name}.${hint}`;
}
