import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface UpstreamExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

/** What it returns is of no interest, so that a response can be ended in one expression. */
export type UpstreamScript = (exchange: UpstreamExchange) => unknown;

export interface ScriptedUpstream {
  /** Base URL including `/v1`. */
  readonly baseUrl: string;
  readonly exchanges: readonly UpstreamExchange[];
  readonly openSockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that answers as `script` says, for tests of what vendors do wrong. */
export async function startScriptedUpstream(script: UpstreamScript): Promise<ScriptedUpstream> {
  const exchanges: UpstreamExchange[] = [];
  const openSockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (bytes: Buffer) => chunks.push(bytes));
    request.on('end', () => {
      const exchange = { request, response, body: Buffer.concat(chunks).toString() };
      exchanges.push(exchange);
      script(exchange);
    });
  });
  server.on('connection', (socket) => {
    openSockets.add(socket);
    socket.once('close', () => openSockets.delete(socket));
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    exchanges,
    openSockets,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** A chunk of a chat completion stream with `delta`, as a server-sent event. */
export function chunk(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-9', object: 'chat.completion.chunk', created: 1, model: 'up', choices })}\n\n`;
}

/** The chunk that carries only usage. */
export const usageChunk =
  'data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1,"model":"up","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n';

export const doneMark = 'data: [DONE]\n\n';

/** A whole stream that says `words`. */
export function streamOf(...words: readonly string[]): string {
  const deltas = words.map((content) => chunk({ content })).join('');
  return `${chunk({ role: 'assistant', content: '' })}${deltas}${chunk({}, 'stop')}${usageChunk}${doneMark}`;
}

export function sendStream(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(text);
}
