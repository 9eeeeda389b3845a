import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { once } from 'node:events';
import { StartError } from '../start-error.ts';

/** Milliseconds that requests in flight are given to end when the server closes. */
const closeGrace = 3_000;
/**
 * Milliseconds in which a whole request has to arrive. Files may be large and lines slow; whoever reads anything else
 * gives it less.
 */
const requestTimeout = 10 * 60_000;
/** Milliseconds between two looks for connections whose request has ended meanwhile. */
const sweepInterval = 25;

export interface RunningServer {
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
  /** Stops accepting at once, waits three seconds at most for requests in flight, then cuts what is left. */
  close(): Promise<void>;
}

interface ServeOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Adds to the server before it listens. */
  readonly prepare?: (server: Server) => void;
}

/** Listens. Throws a `StartError` when the port cannot be had. */
export async function serve(listener: RequestListener, { host, port, prepare }: ServeOptions): Promise<RunningServer> {
  const server = createServer({ requestTimeout, headersTimeout: 15_000, keepAliveTimeout: 65_000 }, listener);
  server.on('clientError', refuseUnreadable);
  prepare?.(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // A browser keeps its connection when an answer has ended; whoever has none in flight need not be waited for.
      const sweep = setInterval(() => server.closeIdleConnections(), sweepInterval);
      const cut = setTimeout(() => server.closeAllConnections(), closeGrace);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} is in use: another program, or another Parley, listens there. Stop it, or choose another port: PORT=${port + 1} npm start`,
      );
    case 'EACCES':
      return new StartError(`Port ${port} needs special rights. Choose a port above 1023: PORT=3080 npm start`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        `This machine has no address ${host}. Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.`,
      );
    default:
      return error;
  }
}
