import { realtimePath } from '@parley/contracts';
import type { ClientToServerEvents, ConversationId, ServerToClientEvents, SessionId, UserId } from '@parley/contracts';
import { Server } from 'socket.io';
import type { DefaultEventsMap, ServerOptions, Socket } from 'socket.io';
import { isOwnPage } from './is-own-page.ts';

/** Milliseconds in which a device that lost its connection is given what it missed. */
const recoverableFor = 2 * 60_000;
/** Bytes. The largest thing a client says is its access token. */
const maxMessageBytes = 8 * 1024;
/** Milliseconds that somebody may be connected without a handshake. */
const handshakeDeadline = 10_000;

/** Who is at the other end, known from the handshake on. */
export interface SocketIdentity {
  userId: UserId;
  sessionId: SessionId;
  /** The conversation they are writing a prompt in, as of that moment. */
  typing?: { readonly in: ConversationId; readonly since: number } | undefined;
}

export type RealtimeServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  Partial<SocketIdentity>
>;
export type RealtimeSocket = Socket<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  Partial<SocketIdentity>
>;

interface SocketServerOptions {
  /** Whether a proxy stands in front whose `X-Forwarded-Host` names the address in the browser. */
  readonly behindProxy: boolean;
  /** Spreads news over the replicas; `undefined`: this process is alone. */
  readonly adapter: ServerOptions['adapter'] | undefined;
}

/** socket.io as Parley uses it: no foreign pages, small messages, recovery of what a short cut of the line lost. */
export function createSocketServer({ behindProxy, adapter }: SocketServerOptions): RealtimeServer {
  return new Server({
    path: realtimePath,
    serveClient: false,
    transports: ['polling', 'websocket'],
    maxHttpBufferSize: maxMessageBytes,
    connectTimeout: handshakeDeadline,
    allowRequest: (request, decide) => decide(null, isOwnPage(request.headers, behindProxy)),
    // The handshake is checked again: the session may have ended meanwhile.
    connectionStateRecovery: { maxDisconnectionDuration: recoverableFor, skipMiddlewares: false },
    ...(adapter === undefined ? {} : { adapter }),
  });
}
