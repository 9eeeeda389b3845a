import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { startLoopbackServer } from '../oauth/__fixtures__/start-loopback-server.ts';

/** A JSON-RPC message as it came, and the means to answer it in any way at all. */
export interface RawExchange {
  readonly id: unknown;
  readonly params: Readonly<Record<string, unknown>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers properly. */
  readonly reply: (result: unknown) => void;
  /** Begins an event stream. */
  readonly stream: () => void;
  readonly event: (message: unknown) => void;
}

export interface RawServer {
  readonly url: string;
  readonly origin: string;
  /** Requests of any kind so far. */
  readonly requests: IncomingMessage[];
  /** Sockets of requests that are still open. */
  readonly openRequests: () => number;
  close(): Promise<void>;
}

type Answers = Readonly<Record<string, (exchange: RawExchange) => void>>;

/**
 * A server of the 2025 era by hand, with one tool `poke`: what `answers` names, by method, is answered by that instead,
 * GET included.
 */
export async function startRawServer(answers: Answers = {}): Promise<RawServer> {
  const http = await startLoopbackServer();
  const requests: IncomingMessage[] = [];
  let openRequests = 0;
  http.answer((request, response) => {
    requests.push(request);
    openRequests += 1;
    response.once('close', () => (openRequests -= 1));
    void answer(request, response, { ...proper, ...answers });
  });
  return { url: `${http.origin}/mcp`, origin: http.origin, requests, openRequests: () => openRequests, close: () => http.close() };
}

const proper: Answers = {
  GET: ({ response }) => response.writeHead(405).end(),
  DELETE: ({ response }) => response.writeHead(204).end(),
  'server/discover': ({ id, response }) =>
    response.writeHead(400, { 'content-type': 'application/json' }).end(
      JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }),
    ),
  initialize: ({ reply }) =>
    reply({
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'raw', version: '1.0.0' },
      capabilities: { tools: { listChanged: true } },
    }),
  'tools/list': ({ reply }) => reply({ tools: [poke] }),
  'tools/call': ({ reply }) => reply({ content: [{ type: 'text', text: 'poked' }] }),
};

/** The tool that a raw server has. */
export const poke = { name: 'poke', inputSchema: { type: 'object' } };

const messageShape = z.object({
  id: z.optional(z.unknown()),
  method: z.optional(z.string()),
  params: z.optional(z.record(z.string(), z.unknown())),
});

async function answer(request: IncomingMessage, response: ServerResponse, answers: Answers): Promise<void> {
  const body = request.method === 'POST' ? await text(request) : '{}';
  const { id, method, params = {} } = messageShape.parse(JSON.parse(body));
  const exchange: RawExchange = {
    id,
    params,
    request,
    response,
    reply: (result) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result })),
    stream: () => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    event: (sent) => response.write(`data: ${JSON.stringify(sent)}\n\n`),
  };
  const handler = answers[method ?? request.method ?? ''];
  if (handler === undefined) response.writeHead(202).end();
  else handler(exchange);
}
