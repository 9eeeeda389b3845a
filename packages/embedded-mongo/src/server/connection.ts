import type { Socket } from 'node:net';
import { encodeReply } from '../wire/encode-reply.ts';
import { createMessageFramer } from '../wire/message-framer.ts';
import { isLegacyMessage, parseMessage, type WireRequest } from '../wire/parse-message.ts';
import { WireError } from '../wire/wire-error.ts';
import { CommandError } from './command-error.ts';
import { failure, type Dispatch } from './dispatcher.ts';
import type { ServerLog } from './start-server.ts';

/** The open sockets by connection id. */
export type Connections = Map<number, Socket>;

interface ConnectionOptions {
  readonly socket: Socket;
  readonly dispatch: Dispatch;
  readonly connections: Connections;
  readonly onClosed: (connectionId: number) => void;
  readonly log: ServerLog;
}

let lastConnectionId = 0;
const MAX_QUEUED = 64;

/** Serves one client: messages are answered in order, and a broken message ends this connection alone. */
export function serveConnection({ socket, dispatch, connections, onClosed, log }: ConnectionOptions): void {
  lastConnectionId += 1;
  const id = lastConnectionId;
  connections.set(id, socket);
  const framer = createMessageFramer();
  const queue: Buffer[] = [];
  let isBusy = false;

  const refuse = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    log('error', `connection ${String(id)} closed: ${reason}`);
    socket.destroy();
  };

  const drain = async (): Promise<void> => {
    isBusy = true;
    for (let message = queue.shift(); message !== undefined && !socket.destroyed; message = queue.shift()) {
      const reply = await answer(message, (request) => dispatch(request.body, id));
      if (reply !== undefined && socket.writable) socket.write(reply);
      if (queue.length < MAX_QUEUED && socket.isPaused()) socket.resume();
    }
    isBusy = false;
  };

  socket.on('data', (chunk) => {
    try {
      queue.push(...framer.push(chunk));
    } catch (error) {
      refuse(error);
      return;
    }
    if (queue.length >= MAX_QUEUED) socket.pause();
    if (!isBusy) drain().catch(refuse);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    connections.delete(id);
    onClosed(id);
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
