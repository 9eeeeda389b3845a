import * as z from 'zod/mini';
import { GatewayError } from '../../core/gateway-error.ts';
import { parseJson } from '../../transport/parse-json.ts';
import type { UsageQuery } from '../../usage/usage-record.ts';
import { usageGroups } from '../../usage/usage-report.ts';
import type { Endpoint } from '../endpoint.ts';
import { readRequestBody, sendJson } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { OperationsPorts } from './operations-ports.ts';

const resetSchema = z.object({ target: z.optional(z.string()) });
const identities = ['key', 'user', 'team', 'customer', 'organisation', 'tenant', 'target'] as const;
const mostRecords = 1000;

/** What operators may look at and do with their own token: reload, close breakers, see who used what. */
export function adminEndpoints(ports: OperationsPorts): [string, Endpoint][] {
  async function reload(exchange: Exchange): Promise<void> {
    if (ports.reload === undefined) {
      throw new GatewayError('not-acceptable', { message: 'This gateway was given its configuration by its host.' });
    }
    sendJson(exchange, 200, { status: 'reloaded', notices: await ports.reload() });
  }

  async function reset(exchange: Exchange): Promise<void> {
    const body = await readRequestBody(exchange);
    const wish = z.safeParse(resetSchema, body.length === 0 ? {} : parseJson(body.toString('utf8')));
    if (!wish.success) {
      throw new GatewayError('bad-request', { message: 'Send {"target": "provider/model"}, or nothing for all.' });
    }
    ports.breakers.reset(wish.data.target);
    sendJson(exchange, 200, { breakers: ports.breakers.list() });
  }

  async function usage(exchange: Exchange): Promise<void> {
    const url = exchange.request.url ?? '';
    const wish = new URL(url, 'http://gateway').searchParams.get('group_by');
    const groupBy = usageGroups.find((group) => group === wish);
    if (wish !== null && groupBy === undefined) {
      const message = `"group_by" must be one of ${usageGroups.join(', ')}.`;
      throw new GatewayError('bad-request', { message, param: 'group_by' });
    }
    sendJson(exchange, 200, await ports.usageReport({ ...queryOf(url), ...(groupBy && { groupBy }) }));
  }

  return [
    ['/admin/reload', { method: 'POST', access: 'admin', run: reload }],
    ['/admin/circuit-breakers/reset', { method: 'POST', access: 'admin', run: reset }],
    ['/admin/usage', { method: 'GET', access: 'admin', run: usage }],
  ];
}

/** `GET /v1/usage`: what the asking key itself used. */
export function ownUsageEndpoint(ports: OperationsPorts): [string, Endpoint] {
  return [
    '/usage',
    {
      method: 'GET',
      access: 'key',
      async run(exchange) {
        const query = queryOf(exchange.request.url ?? '');
        const key = exchange.scope?.key?.id;
        if (key === undefined) {
          throw new GatewayError('not-acceptable', { message: 'Only keys with a name have their usage counted.' });
        }
        sendJson(exchange, 200, { records: await ports.usage({ ...query, key }) });
      },
    },
  ];
}

function queryOf(url: string): UsageQuery {
  const { searchParams } = new URL(url, 'http://gateway');
  const named = identities.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(named),
    ...timeOf('from', searchParams),
    ...timeOf('to', searchParams),
    limit: Math.min(mostRecords, Math.max(1, Math.round(Number(searchParams.get('limit') ?? mostRecords)) || 1)),
  };
}

/** An ISO date or milliseconds since 1970. */
function timeOf(name: 'from' | 'to', parameters: URLSearchParams): { from?: number; to?: number } {
  const text = parameters.get(name);
  if (text === null || text === '') return {};
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) {
    throw new GatewayError('bad-request', { message: `"${name}" must be an ISO date.`, param: name });
  }
  return { [name]: time };
}
