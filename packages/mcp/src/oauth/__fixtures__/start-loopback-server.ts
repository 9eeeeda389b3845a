import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** A server on a free port of this machine. */
export interface LoopbackServer {
  readonly origin: string;
  /** What answers from now on. */
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

/** Listens before it is known what answers, so that an answer can name its own address; 503 until then. */
export async function startLoopbackServer(): Promise<LoopbackServer> {
  let listener: RequestListener = notYet;
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    answer: (next) => (listener = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503).end();
}
