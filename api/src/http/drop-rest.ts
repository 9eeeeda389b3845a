import type { IncomingMessage, ServerResponse } from 'node:http';

/** Milliseconds in which an answer arrives at somebody who is still sending. */
const lingerMs = 500;

/**
 * For an answer that does not wait for the rest of its request: what comes within half a second after it is read and
 * dropped, then the connection ends. `Connection: close` would end it at once, and whoever is still sending would see
 * a reset in place of the answer.
 */
export function dropRest(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  response.once('finish', () => {
    const close = (): void => {
      // By now the connection may carry another request.
      if (!request.complete) socket.destroy();
    };
    if (!request.complete) setTimeout(close, lingerMs).unref();
  });
}
