import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { dropRest } from './drop-rest.ts';

test('whoever is still sending reads the answer, and is cut off after it', async () => {
  const send = await refuseEverything();
  for (let round = 0; round < 20; round += 1) {
    const endless = send();
    const answered = once(endless, 'response') as Promise<[IncomingMessage]>;
    const closed = once(endless, 'close');
    endless.on('error', () => undefined);
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const keepSending = (): void => {
      while (!endless.destroyed && endless.write(chunk));
    };
    endless.on('drain', keepSending);
    keepSending();
    const [answer] = await answered;
    expect(answer.statusCode).toBe(413);
    answer.on('error', () => undefined).resume();
    await closed;
  }
});

test('a request that has come in meanwhile keeps its connection', async () => {
  const send = await refuseEverything();
  const late = send({ 'content-length': '2' });
  late.write('a');
  const [answer] = (await once(late, 'response')) as [IncomingMessage];
  late.end('b');
  answer.resume();
  await once(answer, 'end');
  expect(answer.headers.connection).not.toBe('close');
});

async function refuseEverything(): Promise<(headers?: Record<string, string>) => ClientRequest> {
  const server = createServer((request, response) => {
    request.once('data', () => {
      dropRest(request, response);
      response.writeHead(413).end('too much');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (headers = {}) => httpRequest({ port, host: '127.0.0.1', method: 'POST', headers });
}
