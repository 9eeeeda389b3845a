import type { Socket } from 'node:net';
import { encodeReply } from '../wire/encode-reply.ts';
import { MAX_MESSAGE_BYTES } from '../wire/limits.ts';
import { createMessageFramer } from '../wire/message-framer.ts';
import { isLegacyMessage, parseMessage, type WireRequest } from '../wire/parse-message.ts';
import { WireError } from '../wire/wire-error.ts';
import { CommandError } from './command-error.ts';
import type { Dispatch } from './dispatcher.ts';
import { failure } from './reply.ts';
import type { ServerLog } from './start-server.ts';

/** The open sockets by connection id. */
export type Connections = Map<number, Socket>;

interface ConnectionOptions {
  readonly socket: Socket;
  readonly dispatch: Dispatch;
  readonly connections: Connections;
  readonly onClosed: (connectionId: number) => void;
  readonly log: ServerLog;
  /** How long one message may take to arrive; two minutes unless given. */
  readonly messageMilliseconds?: number;
}

let lastConnectionId = 0;
const MAX_QUEUED = 64;
const MESSAGE_MILLISECONDS = 120_000;

/** Serves one client: messages are answered in order, and a broken message ends this connection alone. */
export function serveConnection({
  socket,
  dispatch,
  connections,
  onClosed,
  log,
  messageMilliseconds = MESSAGE_MILLISECONDS,
}: ConnectionOptions): void {
  lastConnectionId += 1;
  const id = lastConnectionId;
  connections.set(id, socket);
  const framer = createMessageFramer();
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let isBusy = false;
  const isFull = (): boolean => queue.length >= MAX_QUEUED || queuedBytes >= MAX_MESSAGE_BYTES;

  const refuse = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    log('error', `connection ${String(id)} closed: ${reason}`);
    socket.destroy();
  };

  const patience = createPatience(messageMilliseconds, () => {
    refuse(new WireError('a message did not arrive in time'));
  });

  const drain = async (): Promise<void> => {
    isBusy = true;
    for (let message = queue.shift(); message !== undefined && !socket.destroyed; message = queue.shift()) {
      const reply = await answer(message, (request) => dispatch(request.body, id));
      queuedBytes -= message.length;
      // A client that does not read its answers gets no more of them.
      if (reply !== undefined && socket.writable && !socket.write(reply)) await whenDrained(socket);
      if (!isFull() && socket.isPaused()) {
        socket.resume();
        if (framer.isWaiting()) patience.start();
      }
    }
    isBusy = false;
  };

  socket.on('data', (chunk) => {
    try {
      for (const message of framer.push(chunk)) {
        queue.push(message);
        queuedBytes += message.length;
        patience.stop();
      }
      if (framer.isWaiting()) patience.start();
    } catch (error) {
      refuse(error);
      return;
    }
    if (isFull()) {
      socket.pause();
      patience.stop();
    }
    if (!isBusy) drain().catch(refuse);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    patience.stop();
    connections.delete(id);
    onClosed(id);
  });
}

/** A timer that is set once until it is stopped. */
function createPatience(milliseconds: number, onEnd: () => void): { start: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      timer ??= setTimeout(onEnd, milliseconds).unref();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function whenDrained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle);
      socket.off('close', settle);
      resolve();
    };
    socket.on('drain', settle);
    socket.on('close', settle);
  });
}

/** The reply to one message, or undefined when none is wanted; throws WireError when the connection must end. */
async function answer(
  message: Buffer,
  dispatch: (request: WireRequest) => ReturnType<Dispatch>,
): Promise<Buffer | undefined> {
  let request: WireRequest;
  try {
    request = parseMessage(message);
  } catch (error) {
    if (error instanceof WireError || !(error instanceof CommandError)) throw error;
    return encodeReply(message.readInt32LE(4), isLegacyMessage(message), failure(error));
  }
  const reply = await dispatch(request);
  return request.isSilent ? undefined : encodeReply(request.requestId, request.isLegacy, reply);
}
