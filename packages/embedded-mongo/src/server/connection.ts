import type { Socket } from 'node:net';
import { buildDocument } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { isDocument } from '../bson/value.ts';
import { encodeReply, MORE_TO_COME, QUERY_FAILURE } from '../wire/encode-reply.ts';
import { MAX_MESSAGE_BYTES } from '../wire/limits.ts';
import { createMessageFramer } from '../wire/message-framer.ts';
import { isLegacyMessage, OP_QUERY_GONE, parseMessage, type WireRequest } from '../wire/parse-message.ts';
import { WireError } from '../wire/wire-error.ts';
import type { BusyPoll } from './busy-poll.ts';
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
  readonly busyPoll: BusyPoll;
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
  busyPoll,
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

  const replying: Replying = {
    // A client that does not read its answers gets no more of them.
    send: async (reply) => {
      if (socket.writable && !socket.write(reply)) await whenDrained(socket);
    },
    isOpen: () => !socket.destroyed,
  };

  const drain = async (): Promise<void> => {
    isBusy = true;
    for (let message = queue.shift(); message !== undefined && !socket.destroyed; message = queue.shift()) {
      await answer(message, (request) => dispatch(request.body, id), replying);
      queuedBytes -= message.length;
      if (!isFull() && socket.isPaused()) {
        socket.resume();
        if (framer.isWaiting()) patience.start();
      }
    }
    isBusy = false;
    busyPoll.answered(id);
  };

  socket.on('data', (chunk) => {
    busyPoll.requested(id);
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

/** Where the replies to one message go. */
interface Replying {
  readonly send: (reply: Buffer) => Promise<void>;
  readonly isOpen: () => boolean;
}

/** Replies to one message; throws WireError when the connection must end. */
async function answer(
  message: Buffer,
  dispatch: (request: WireRequest) => ReturnType<Dispatch>,
  { send, isOpen }: Replying,
): Promise<void> {
  let request: WireRequest;
  try {
    request = parseMessage(message);
  } catch (error) {
    if (error instanceof WireError || !(error instanceof CommandError)) throw error;
    await send(refusal(message, error));
    return;
  }
  const reply = await dispatch(request);
  if (request.isSilent) return;
  if (!request.takesStream) await send(encodeReply(request.requestId, request.isLegacy, reply));
  else await stream(request, reply, dispatch, { send, isOpen });
}

/**
 * Sends a batch of a cursor and those that follow it, each as the answer to the one before, until one is empty or the
 * last, or not a batch at all (driver specification "OP_MSG", exhaustAllowed).
 */
async function stream(
  request: WireRequest,
  first: Document,
  dispatch: (request: WireRequest) => ReturnType<Dispatch>,
  { send, isOpen }: Replying,
): Promise<void> {
  let reply = first;
  let responseTo = request.requestId;
  while (isOpen() && hasMore(request, reply)) {
    const encoded = encodeReply(responseTo, false, reply, MORE_TO_COME);
    responseTo = encoded.readInt32LE(4);
    await send(encoded);
    reply = await dispatch(request);
  }
  await send(encodeReply(responseTo, false, reply));
}

function hasMore({ body }: WireRequest, reply: Document): boolean {
  const cursor = body.firstName() === 'getMore' ? reply.get('cursor') : undefined;
  if (!isDocument(cursor)) return false;
  const batch = cursor.get('nextBatch');
  return Array.isArray(batch) && batch.length > 0 && cursor.get('id') !== 0n;
}

function refusal(message: Buffer, error: CommandError): Buffer {
  const requestId = message.readInt32LE(4);
  if (error.code !== OP_QUERY_GONE) return encodeReply(requestId, isLegacyMessage(message), failure(error));
  const document = buildDocument({ $err: error.message, code: error.code });
  document.fields.set('ok', 0);
  return encodeReply(requestId, true, document, QUERY_FAILURE);
}
