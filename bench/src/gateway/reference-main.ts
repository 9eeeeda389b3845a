import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent } from 'undici';

/**
 * R: the smallest Node proxy that passes an answer through, the measure of what a gateway may cost. The upstream's
 * origin is the first argument; it says its port as a message.
 */
const origin = process.argv[2] ?? '';
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
    const body = Buffer.concat(chunks);
    agent.dispatch(
      { origin, path: request.url ?? '/', method: 'POST', headers, body },
      {
        onRequestStart(controller) {
          response.once('close', () => response.writableFinished || controller.abort(new Error('The client left.')));
        },
        onResponseStart(_controller, status, { 'content-type': type, 'content-length': length }) {
          if (length !== undefined) response.setHeader('content-length', length);
          response.writeHead(status, { 'content-type': String(type) });
        },
        onResponseData(controller, chunk) {
          if (response.write(chunk)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    );
  });
});

server.listen(0, '127.0.0.1', 4_096);
await once(server, 'listening');
const address = server.address();
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
