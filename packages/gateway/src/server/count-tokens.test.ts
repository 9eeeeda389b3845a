import { describe, expect, test } from 'vitest';
import { startDialectGateway } from '../testing/start-dialect-gateway.ts';
import type { UpstreamScript } from '../testing/scripted-upstream.ts';
import { estimateTokens } from './count-tokens.ts';

const body = { model: 'up/claude', messages: [{ role: 'user', content: 'x'.repeat(400) }] };

async function count(
  script: UpstreamScript,
  sent: object = body,
  dialect: 'anthropic-messages' | 'openai-chat' = 'anthropic-messages',
) {
  const stage = await startDialectGateway(dialect, script);
  const headers = { 'anthropic-version': '2023-06-01' };
  const answer = await fetch(`${stage.gateway.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify(sent),
  });
  const result = {
    status: answer.status,
    isEstimated: answer.headers.get('x-parley-estimated') === 'true',
    json: await answer.json(),
    asked: stage.upstream.exchanges.map(({ request }) => request.url),
  };
  await stage.close();
  return result;
}

describe('counting tokens', () => {
  test('is the business of an upstream of the dialect', async () => {
    const counted = await count(({ response }) => response.end('{"input_tokens":42,"new":1}'));
    expect(counted).toEqual({
      status: 200,
      isEstimated: false,
      json: { input_tokens: 42, new: 1 },
      asked: ['/v1/messages/count_tokens'],
    });
  });

  test.each<[string, UpstreamScript]>([
    ['cannot', ({ response }) => response.writeHead(404).end('{}')],
    ['hangs up', ({ response }) => response.destroy()],
    ['says something else', ({ response }) => response.end('<html>')],
  ])('is estimated where the upstream %s', async (_, script) => {
    expect(await count(script)).toMatchObject({ status: 200, isEstimated: true, json: { input_tokens: 100 } });
  });

  test('is estimated for upstreams of another dialect, which are not asked', async () => {
    expect(await count(() => undefined, body, 'openai-chat')).toMatchObject({ isEstimated: true, asked: [] });
  });

  test('is refused for what is no request', async () => {
    const refused = await count(() => undefined, { model: 'up/claude' });
    expect(refused).toMatchObject({ status: 400, json: { type: 'error', error: { type: 'invalid_request_error' } } });
  });
});

test('an estimate counts pictures as pictures', () => {
  const image = {
    type: 'image',
    mediaType: 'image/png',
    source: { kind: 'base64', data: 'A'.repeat(100_000) },
  } as const;
  const turns = [
    { role: 'user', parts: [{ type: 'text', text: '12345678' }, image] },
    { role: 'tool', callId: 'c', output: '1234' },
  ] as const;
  expect(estimateTokens({ model: 'm', instructions: ['1234'], turns, tools: [], sampling: {} })).toBe(1604);
});
