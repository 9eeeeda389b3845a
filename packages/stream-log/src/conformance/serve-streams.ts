import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { createStreamHandler, type StreamHandlerOptions } from '../http/create-stream-handler.ts';
import type { StreamStore } from '../stream-store.ts';

/** A server on a free port of loopback. */
export interface StreamServer {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** What the handler told its host. */
  readonly errors: readonly unknown[];
  /** How many clients are connected. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A store for tests, and how to end it. */
export interface OpenedStore {
  readonly store: StreamStore;
  dispose(): Promise<void>;
}

/** Serves a store over HTTP until `close`, which leaves the store open. Long-polls wait 500 ms unless told. */
export async function serveStreams(
  store: StreamStore,
  options: Omit<Partial<StreamHandlerOptions>, 'store' | 'onError'> = {},
): Promise<StreamServer> {
  const errors: unknown[] = [];
  const handle = createStreamHandler({ longPollMs: 500, ...options, store, onError: (error) => errors.push(error) });
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${portOf(server)}`,
    errors,
    connections: () => promisify(server.getConnections.bind(server))(),
    close: () => closeServer(server),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
