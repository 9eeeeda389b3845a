import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Gateway } from '../core/gateway.ts';
import { isLoopbackAddress } from './admission.ts';
import { GatewayServerError } from './gateway-server-error.ts';

export interface GatewayServerOptions {
  readonly gateway: Pick<Gateway, 'handler' | 'isOpen'>;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface GatewayServer {
  /** Where it listens, such as `http://127.0.0.1:8081`. */
  readonly url: string;
  /** Takes no new calls, lets running ones end for up to `drainMs` (10 seconds unless told), then cuts them. */
  close(drainMs?: number): Promise<void>;
}

const defaultDrain = 10_000;
/** Milliseconds between two looks for connections whose call has ended meanwhile. */
const sweepInterval = 25;

/**
 * Serves a gateway over HTTP. Rejects with a `GatewayServerError`; a gateway without keys is never bound to an address
 * that other machines can reach. The gateway itself stays open after `close`.
 */
export async function startGatewayServer({ gateway, host, port }: GatewayServerOptions): Promise<GatewayServer> {
  if (gateway.isOpen && isReachable(host)) {
    throw new GatewayServerError(
      'keys-required',
      `The gateway has no keys and must not listen on ${host}, where others can reach it. Set GATEWAY_API_KEYS, or listen on 127.0.0.1.`,
    );
  }
  const server = createServer({ noDelay: true }, gateway.handler);
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  return { url: urlOf(server, host), close: (drainMs = defaultDrain) => drain(server, drainMs) };
}

/** Whether other machines can reach what listens on `host`. */
export function isReachable(host: string): boolean {
  return host !== 'localhost' && !isLoopbackAddress(host);
}

async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  server.close(() => closed.resolve());
  // Clients keep their connection when an answer has ended; those without a call in flight need not be waited for.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepInterval);
  await closed.promise;
  clearInterval(sweep);
  clearTimeout(timer);
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function listenError(error: unknown, host: string, port: number): GatewayServerError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken. Stop the program that uses it, or choose another with GATEWAY_PORT.`;
    return new GatewayServerError('port-taken', message, error);
  }
  if (code === 'EACCES') {
    return new GatewayServerError(
      'port-forbidden',
      `This user may not listen on port ${port}; choose one above 1023.`,
      error,
    );
  }
  return new GatewayServerError('address-unavailable', `The gateway cannot listen on ${host}:${port}.`, error);
}
