import { entranceSchema, realtimePath } from '@parley/contracts';
import type { ClientToServerEvents, ConversationId, PresentPerson, ServerToClientEvents } from '@parley/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import * as z from 'zod/mini';
import { backOff } from '../log-reader/back-off.ts';

/** The part of a socket.io socket that is used here. */
export type NewsSocket = Pick<
  Socket<ServerToClientEvents, ClientToServerEvents>,
  'on' | 'emit' | 'connect' | 'close' | 'active' | 'connected' | 'recovered'
> & { readonly io: { readonly opts: { transports?: ManagerOptions['transports'] } } };

export interface ConnectSocketOptions {
  /** The access token to come in with; one newer than `stale` when that was refused. `undefined`: nobody is signed in. */
  readonly token: (stale: string | undefined) => Promise<string | undefined>;
  readonly onNews: (news: unknown) => void;
  /** `missed`: what was told before this connection may have been lost. */
  readonly onConnected: (missed: boolean) => void;
  readonly onDisconnected: () => void;
  readonly connect?: (options: Partial<ManagerOptions & SocketOptions>) => NewsSocket;
}

/** A connection that is kept up until it is closed. */
export interface SocketConnection {
  readonly close: () => void;
  /** Says that a conversation is looked at, and hands on who else does where it is shared. Forgotten without a connection. */
  readonly enter: (id: ConversationId, onPeople: (people: PresentPerson[]) => void) => void;
  readonly leave: (id: ConversationId) => void;
  readonly setTyping: (id: ConversationId, isTyping: boolean) => void;
}

const pauseMs = 1000;
/** A way in that takes longer is given up for the other one. */
const wayInMs = 8000;

/**
 * Connects to the news, over WebSocket where the way allows it and polling otherwise, and comes back after every
 * interruption. A refused token is renewed first; without a session it gives up quietly.
 */
export function connectSocket(options: ConnectSocketOptions): SocketConnection {
  const { token, onNews, onConnected, onDisconnected, connect = io } = options;
  let used: string | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const socket = connect({
    path: realtimePath,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    autoConnect: false,
    reconnectionDelayMax: 10_000,
    timeout: wayInMs,
    auth: (send) => send({ token: used }),
  });

  const again = () => {
    failures += 1;
    timer = setTimeout(() => void enter(used), pauseMs + backOff(failures));
  };

  async function enter(stale: string | undefined): Promise<void> {
    try {
      used = await token(stale);
    } catch {
      // The server cannot be asked right now, so it cannot be connected to either.
      if (!closed) again();
      return;
    }
    if (!closed && used !== undefined) socket.connect();
  }

  socket.on('news', onNews);
  socket.on('connect', () => {
    failures = 0;
    onConnected(!socket.recovered);
  });
  socket.on('disconnect', () => {
    onDisconnected();
    // Closed by the server, for good as far as socket.io is concerned: the session may have ended, or a server goes.
    if (!socket.active && !closed) again();
  });
  socket.on('connect_error', (error) => {
    onDisconnected();
    if (closed) return;
    if (socket.active) {
      // Something on the way may accept a WebSocket and then let nothing through; polling can still upgrade to it.
      socket.io.opts.transports = ['polling', 'websocket'];
      return;
    }
    if (error.message === 'token-expired' && failures === 0) {
      failures += 1;
      void enter(used);
    } else {
      again();
    }
  });
  void enter(undefined);

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
    enter(id, onPeople) {
      if (!socket.connected) return;
      socket.emit('enter-conversation', id, (answer) => {
        const entrance = z.safeParse(entranceSchema, answer);
        if (entrance.success && entrance.data.people) onPeople(entrance.data.people);
      });
    },
    leave(id) {
      if (socket.connected) socket.emit('leave-conversation', id);
    },
    setTyping(id, isTyping) {
      if (socket.connected) socket.emit('set-typing', id, isTyping);
    },
  };
}
