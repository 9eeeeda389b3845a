import { once } from 'node:events';
import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { generationIdSchema, generationRoutes } from '@parley/contracts';
import { expect, it } from 'vitest';
import { startTestApp } from './test-app.ts';

it('ends an open stream when it closes, and waits for nobody who is silent', { timeout: 20_000 }, async () => {
  const app = await startTestApp({ environment: { GUIDE_TOKEN_DELAY_MS: '200' } });
  const user = await app.register();
  const generationId = generationIdSchema.parse(randomUUID());
  const body = { generationId, parentMessageId: null, text: 'What is Parley?', endpoint: 'Parley', model: 'chat-fast' };
  const started = await app.send(generationRoutes.start, { params: { id: 'new' }, body }, user);
  const { streamUrl } = generationRoutes.start.response.parse(await started.json());
  const stream = await fetch(`${app.url}${streamUrl}?offset=-1&live=sse`, {
    headers: { Authorization: `Bearer ${user.accessToken}` },
  });
  expect(stream.headers.get('Content-Type')).toMatch(/^text\/event-stream/);
  expect(stream.headers.get('Content-Encoding')).toBeNull();
  const reading = stream.text();

  const silent = connect(Number(new URL(app.url).port), '127.0.0.1');
  await once(silent, 'connect');
  await app.close();
  expect(await reading).toContain('generation-started');
  silent.destroy();
});
