import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createStreamHandler, type StreamHandlerOptions } from '../http/create-stream-handler.ts';

interface StreamServerOptions extends Omit<StreamHandlerOptions, 'signal'> {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

export interface RunningServer {
  /** Where streams are found; a name goes behind it. */
  readonly url: string;
  /** Ends live answers, lets the others finish for 5 s, and stops. */
  close(): Promise<void>;
}

const basePath = '/v1/stream/';
const sweepMs = 60_000;
const drainMs = 5_000;

/** Serves a store, and clears away what has expired. Rejects with the system's error when it cannot listen. */
export async function startStreamServer({ host, port, ...options }: StreamServerOptions): Promise<RunningServer> {
  const draining = new AbortController();
  const handle = createStreamHandler({ basePath, ...options, signal: draining.signal });
  const server = createServer((request, response) => void handle(request, response));
  server.listen(port, host);
  await once(server, 'listening');
  const sweep = setInterval(() => void options.store.removeExpired().catch(options.onError), sweepMs);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}${basePath}`,
    async close() {
      clearInterval(sweep);
      draining.abort();
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
