import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { startGatewayServer } from './start-gateway-server.ts';

const open = { isOpen: true, handler: ((_request, response) => response.end('hi')) as RequestListener };

test('says which port is taken', async () => {
  const first = await startGatewayServer({ gateway: open, host: '127.0.0.1', port: 0 });
  const port = Number(new URL(first.url).port);
  await expect(startGatewayServer({ gateway: open, host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(String(port)),
  });
  await first.close();
});

test('is not opened to other machines without keys', async () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) {
    await expect(startGatewayServer({ gateway: open, host, port: 0 })).rejects.toMatchObject({ code: 'keys-required' });
  }
  const guarded = await startGatewayServer({ gateway: { ...open, isOpen: false }, host: '0.0.0.0', port: 0 });
  await guarded.close();
});

test('an address that is not ours is told', async () => {
  const gateway = { ...open, isOpen: false };
  await expect(startGatewayServer({ gateway, host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'address-unavailable',
  });
});

test('lets a running answer end before it closes, and cuts one that does not', async () => {
  const responses: { end(): void }[] = [];
  const slow = {
    isOpen: true,
    handler: ((_request, response) => {
      response.write('a');
      responses.push(response);
    }) as RequestListener,
  };
  const server = await startGatewayServer({ gateway: slow, host: '127.0.0.1', port: 0 });
  const [finishes, never] = await Promise.all([fetch(server.url), fetch(server.url)]);
  const closing = server.close(300);
  responses[0]?.end();
  const texts = await Promise.allSettled([finishes.text(), never.text()]);
  await closing;
  expect(texts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const again = createServer().listen({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  await new Promise((resolve) => again.once('listening', resolve));
  again.close();
});
