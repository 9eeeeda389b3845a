import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Gateway } from '../core/gateway.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { cancelled, GatewayError, toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Dialect } from '../core/model-request.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { ModelDirectory } from '../routing/model-directory.ts';
import { createAdmission } from './admission.ts';
import { createChatCompletions } from './chat-completions.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { httpStatus, sendError } from './send-error.ts';

export interface HandlerOptions {
  readonly config: GatewayConfig;
  readonly gateway: Pick<Gateway, 'models' | 'describe'>;
  readonly directory: ModelDirectory;
  readonly strategies: Readonly<Record<Dialect, ProviderStrategy>>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
  /** Absent: answers are not recorded. */
  readonly recordings: Recordings | undefined;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Needs no key. */
  readonly isPublic: boolean;
  run(exchange: Exchange, rest: string): Promise<void>;
}

/** The gateway's HTTP face: every route with and without `/v1`, errors in OpenAI's shape, no CORS headers at all. */
export function createHandler(options: HandlerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { config, log, closing } = options;
  const admission = createAdmission(config);
  const endpoints = createEndpoints(options);

  async function answer(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    admission.checkOrigin(request.headers);
    const { name, rest } = routeOf(request.url ?? '/');
    const endpoint = endpoints.get(name);
    if (!endpoint) throw new GatewayError('not-found', { message: nothingAt(name) });
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    if (method !== endpoint.method) {
      response.setHeader('allow', endpoint.method === 'GET' ? 'GET, HEAD' : endpoint.method);
      throw new GatewayError('method-not-allowed', { message: `${name} is asked with ${endpoint.method}.` });
    }
    const caller = endpoint.isPublic ? '' : admission.callerOf(request.headers);
    await endpoint.run({ ...exchange, caller }, rest);
  }

  return (request, response) => {
    const left = new AbortController();
    response.once('close', () => left.abort(cancelled()));
    const requestId = String(request.headers['x-request-id'] ?? '').slice(0, 200) || randomUUID();
    response.setHeader('x-request-id', requestId);
    const exchange = { request, response, requestId, caller: '', signal: AbortSignal.any([left.signal, closing]) };
    answer(exchange).catch((thrown: unknown) => {
      const error = toGatewayError(thrown);
      const fields = { requestId, code: error.code, status: httpStatus(error) };
      if (error.code === 'internal') log.error({ ...fields, err: error.cause }, 'request failed');
      else log.info(fields, 'request refused');
      sendError(exchange, error);
    });
  };
}

function createEndpoints(options: HandlerOptions): ReadonlyMap<string, Endpoint> {
  const { gateway, recordings } = options;

  async function models(exchange: Exchange, id: string): Promise<void> {
    const list = (await gateway.models(exchange.signal)).map((model) => ({
      id: model.id,
      object: 'model',
      created: 0,
      owned_by: model.ownedBy,
    }));
    if (id === '') {
      sendJson(exchange, 200, { object: 'list', data: list });
      return;
    }
    const found = list.find((model) => model.id === id);
    if (!found) {
      throw new GatewayError('model-not-found', { message: `The model "${id}" does not exist here.`, param: 'model' });
    }
    sendJson(exchange, 200, found);
  }

  async function cancel(exchange: Exchange, key: string): Promise<void> {
    await recordings?.cancel(exchange.caller, key);
    exchange.response.writeHead(204).end();
  }

  const about = { method: 'GET', isPublic: true, run: sayHello } as const;
  return new Map<string, Endpoint>([
    ['/', about],
    ['/health', about],
    ['/models', { method: 'GET', isPublic: false, run: models }],
    ['/chat/completions', { method: 'POST', isPublic: false, run: createChatCompletions(options) }],
    ['/chat/completions/', { method: 'DELETE', isPublic: false, run: cancel }],
  ]);
}

async function sayHello(exchange: Exchange): Promise<void> {
  sendJson(exchange, 200, { name: 'Parley gateway', status: 'ok', models: '/v1/models' });
}

/** The endpoint a URL means, and what follows its name. */
function routeOf(url: string): { name: string; rest: string } {
  const path = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/^\/v1(?=\/|$)/, '');
  if (path.startsWith('/models/')) return { name: '/models', rest: decoded(path.slice('/models/'.length)) };
  const recording = '/chat/completions/';
  if (path.startsWith(recording)) return { name: recording, rest: decoded(path.slice(recording.length)) };
  return { name: path === '' ? '/' : path, rest: '' };
}

function nothingAt(name: string): string {
  const hint = name.startsWith('/v1') ? ' The base URL probably holds /v1 twice.' : '';
  return `There is nothing at ${name}.${hint}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
