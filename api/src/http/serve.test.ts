import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { serve } from './serve.ts';

it('does not wait for a browser that keeps its connection when its answer has ended', async () => {
  const answers: ServerResponse[] = [];
  const server = await serve((_request, response) => answers.push(response) && response.write('live'), {
    host: '127.0.0.1',
    port: 0,
  });
  const agent = new Agent({ keepAlive: true });
  const request = get({ host: '127.0.0.1', port: server.port, agent });
  const [response]: IncomingMessage[] = await once(request, 'response');
  let closed = false;
  const closing = server.close().then(() => (closed = true));
  answers[0]?.end();
  response?.resume();
  // Cut after three seconds it would be closed as well.
  await expect.poll(() => closed, { timeout: 2_000 }).toBe(true);
  await closing;
  agent.destroy();
});
