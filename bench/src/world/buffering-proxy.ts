import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';

/** A proxy as offices have them: it passes nothing on until it holds so many bytes of an answer, or its end. */
export interface BufferingProxy {
  readonly url: string;
  close(): Promise<void>;
}

export async function startBufferingProxy(target: string, bufferBytes: number): Promise<BufferingProxy> {
  const server = createServer((incoming, outgoing) => {
    const upstream = httpRequest(new URL(incoming.url ?? '/', target), {
      method: incoming.method,
      headers: incoming.headers,
    });
    upstream.on('error', () => outgoing.destroy());
    upstream.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      let held: Buffer[] = [];
      let size = 0;
      const passOn = (): void => {
        if (size > 0) outgoing.write(Buffer.concat(held));
        held = [];
        size = 0;
      };
      response.on('data', (chunk: Buffer) => {
        held.push(chunk);
        size += chunk.length;
        if (size >= bufferBytes) passOn();
      });
      response.on('end', () => {
        passOn();
        outgoing.end();
      });
      response.on('error', () => outgoing.destroy());
    });
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
