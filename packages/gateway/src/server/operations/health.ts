import { setTimeout } from 'node:timers/promises';
import { toGatewayError } from '../../core/gateway-error.ts';
import type { Endpoint } from '../endpoint.ts';
import { sendJson } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import { isResting } from './operations-ports.ts';
import type { OperationsPorts } from './operations-ports.ts';

/** Milliseconds that providers may take to say who they are: whoever probes waits for little more. */
const patience = 1500;

/** `/`, `/health…`: whether the process lives, and whether it is of any use at this moment. */
export function healthEndpoints(ports: OperationsPorts): [string, Endpoint][] {
  async function sayAlive(exchange: Exchange): Promise<void> {
    sendJson(exchange, 200, { status: 'alive', uptimeSeconds: Math.round(ports.metrics.uptimeSeconds) });
  }

  async function sayReady(exchange: Exchange): Promise<void> {
    const isDeep = new URL(exchange.request.url ?? '/', 'http://gateway').searchParams.get('deep') === 'true';
    const trouble = ports.isDraining() ? 'The gateway is about to stop.' : await missing(isDeep, exchange.signal);
    if (trouble === undefined) sendJson(exchange, 200, { status: 'ready' });
    else {
      exchange.response.setHeader('retry-after', '5');
      sendJson(exchange, 503, { status: 'not ready', reason: trouble });
    }
  }

  /** Why no request would be served; undefined when one would, and while providers keep us waiting. */
  async function missing(isDeep: boolean, signal: AbortSignal): Promise<string | undefined> {
    const targets = await inTime(nameTargets(), signal);
    if (typeof targets === 'string') return targets;
    const resting = new Set(
      ports.breakers
        .list()
        .filter(isResting)
        .map(({ target }) => target),
    );
    if (targets?.every((target) => resting.has(target))) return 'Everything that serves the default model rests.';
    if (!isDeep) return undefined;
    const description = await inTime(ports.describe(signal), signal);
    if (description === undefined) return 'Not all providers answer in time.';
    const troubled = description.providers.filter(({ isPresent, problem }) => isPresent && problem !== undefined);
    return troubled.length === 0
      ? undefined
      : `Not all providers answer: ${troubled.map(({ name }) => name).join(', ')}.`;
  }

  /** The targets of the default model, or why there are none. */
  async function nameTargets(): Promise<readonly string[] | string> {
    try {
      return await ports.defaultTargets();
    } catch (error) {
      return toGatewayError(error).message;
    }
  }

  async function sayProviders(exchange: Exchange): Promise<void> {
    const { providers } = await ports.describe(exchange.signal);
    const rows = providers.map((provider) => ({ ...provider, targets: targetsOf(provider.name) }));
    sendJson(exchange, 200, { status: 'ok', providers: rows });
  }

  function targetsOf(provider: string) {
    return ports.breakers.list().filter(({ target }) => target.startsWith(`${provider}/`));
  }

  return [
    ['/', open(sayHello)],
    ['/health', open(sayHello)],
    ['/health/live', open(sayAlive)],
    ['/health/ready', open(sayReady)],
    ['/health/providers', { method: 'GET', access: 'key', run: sayProviders }],
  ];
}

/** What comes before patience ends, else undefined. */
async function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const waiting = new AbortController();
  const end = setTimeout(patience, undefined, { signal: AbortSignal.any([signal, waiting.signal]) });
  try {
    return await Promise.race([answer, end.catch(() => undefined)]);
  } finally {
    waiting.abort();
  }
}

function open(run: Endpoint['run']): Endpoint {
  return { method: 'GET', access: 'public', run };
}

async function sayHello(exchange: Exchange): Promise<void> {
  sendJson(exchange, 200, { name: 'Parley gateway', status: 'ok', models: '/v1/models' });
}
