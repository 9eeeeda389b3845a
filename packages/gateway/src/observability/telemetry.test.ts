import { createServer } from 'node:http';
import { once } from 'node:events';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../core/gateway-log.ts';
import { sampleCall, sampleTarget } from '../testing/sample-call.ts';
import { createTelemetry } from './telemetry.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function startReceiver(status = 200) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(`${request.url} ${String(request.headers['x-team'])} ${body}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const address = server.address();
  return { bodies, endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/` };
}

const called = () =>
  sampleCall({
    text: 'MY SECRET PROMPT',
    trail: {
      served: sampleTarget('bedrock/claude'),
      attempts: [
        { target: 'openai/gpt', purpose: 'first', startedAt: 1, durationMs: 2, outcome: 'overloaded', status: 503 },
        { target: 'bedrock/claude', purpose: 'fallback', startedAt: 3, durationMs: 9, outcome: 'served' },
      ],
    },
  });
const outcome = { status: 200, durationMs: 12, upstreamMs: 11, usage: { input: 7, output: 3 } };

describe('telemetry', () => {
  it('sends a span for the request and one for each try, by the names of the GenAI conventions', async () => {
    const { bodies, endpoint } = await startReceiver();
    const dispatcher = new Agent();
    closers.push(() => dispatcher.close());
    const telemetry = createTelemetry({ endpoint, headers: { 'x-team': 'a' }, dispatcher, log: silentLog });
    telemetry.ended(called(), 'openai-chat', outcome);
    await telemetry.close();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(/^\/v1\/traces a \{/);
    expect(bodies[0]).not.toContain('SECRET');
    const { resourceSpans } = JSON.parse(bodies[0]?.slice('/v1/traces a '.length) ?? '');
    const spans = resourceSpans[0].scopeSpans[0].spans as { parentSpanId?: string; spanId: string; name: string }[];
    expect(spans.map(({ name }) => name)).toEqual(['chat claude', 'chat gpt', 'chat claude']);
    expect(spans.slice(1).every(({ parentSpanId }) => parentSpanId === spans[0]?.spanId)).toBe(true);
    expect(JSON.stringify(spans)).toContain('{"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}}');
    expect(JSON.stringify(spans)).toContain('"aws.bedrock"');
  });

  it('loses spans, and nothing else, when nobody receives them', async () => {
    const warnings: string[] = [];
    const dispatcher = new Agent();
    closers.push(() => dispatcher.close());
    const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
    const telemetry = createTelemetry({ endpoint: 'http://127.0.0.1:9', headers: {}, dispatcher, log });
    telemetry.ended(called(), undefined, outcome);
    await telemetry.close();
    expect(warnings).toEqual(['Telemetry could not be sent']);
  });
});
