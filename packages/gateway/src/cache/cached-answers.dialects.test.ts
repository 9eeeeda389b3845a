import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultModelSettings } from '../config/default-settings.ts';
import type { ClientDialect } from '../core/face.ts';
import type { Provider } from '../core/gateway-config.ts';
import type { Dialect } from '../core/model-request.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { story } from '../testing/story.ts';

/** The recorded answer of each upstream dialect, and how it is sent. */
const recorded: readonly (readonly [Dialect, string, string])[] = [
  ['openai-chat', 'text.sse', 'text/event-stream'],
  ['openai-responses', 'text.sse', 'text/event-stream'],
  ['anthropic-messages', 'text.sse', 'text/event-stream'],
  ['google-generative', 'text.sse', 'text/event-stream'],
  ['ollama-chat', 'text.ndjson', 'application/x-ndjson'],
  ['bedrock-converse', 'text.bin', 'application/vnd.amazon.eventstream'],
];

const timeouts = { connect: 1000, headers: 5000, content: 5000, idle: 5000 };
let upstreams: readonly ScriptedUpstream[];
let gateway: TestGateway;

beforeAll(async () => {
  upstreams = await Promise.all(
    recorded.map(([dialect, file, contentType]) => {
      const bytes = readFileSync(new URL(`../dialects/${dialect}/__fixtures__/${file}`, import.meta.url));
      return startScriptedUpstream(({ response }) =>
        response.writeHead(200, { 'content-type': contentType }).end(bytes),
      );
    }),
  );
  const providers = recorded.map(([dialect], index): Provider => {
    const baseUrl = upstreams[index]?.baseUrl ?? '';
    const aws = { region: 'us-east-1', accessKeyId: 'id', secretAccessKey: 'secret' };
    return {
      name: dialect,
      label: dialect,
      dialect,
      baseUrl,
      keys: dialect === 'bedrock-converse' ? [] : ['key'],
      ...(dialect === 'bedrock-converse' ? { aws } : {}),
      timeouts,
      models: ['m'],
      presence: 'configured',
      preferred: {},
      isPreferenceExplicit: false,
    };
  });
  const modelDefaults = { ...defaultModelSettings, cache: { exact: 'always', semantic: false } } as const;
  gateway = await startTestGateway({}, [], undefined, { providers, modelDefaults });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

/** How a client of each dialect asks for a stream or a whole answer. */
const clients: Readonly<Record<ClientDialect, (model: string, isStream: boolean) => { path: string; body: object }>> = {
  'openai-chat': (model, stream) => ({
    path: '/v1/chat/completions',
    body: { model, stream, messages: [{ role: 'user', content: 'Hi' }] },
  }),
  'openai-responses': (model, stream) => ({ path: '/v1/responses', body: { model, stream, input: 'Hi' } }),
  'anthropic-messages': (model, stream) => ({
    path: '/v1/messages',
    body: { model, stream, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
  }),
  'google-generative': (model, isStream) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  }),
};

async function ask(dialect: ClientDialect, model: string, isStream: boolean) {
  const { path, body } = clients[dialect](model, isStream);
  const answer = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, cache: answer.headers.get('x-cache'), text: await answer.text() };
}

/** All texts of an answer in the order they stand in it, whatever the dialect calls them. */
function textsIn(answer: string): string {
  const texts = [...answer.matchAll(/"(?:content|text|delta)":("(?:[^"\\]|\\.)*")/g)];
  return texts.map(([, text = '""']) => String(JSON.parse(text))).join('');
}

describe.each(Object.keys(clients) as ClientDialect[])('a client of %s', (client) => {
  it.each(recorded)('gets what %s said a second time, streamed and whole', async (upstreamDialect) => {
    const upstream = upstreams[recorded.findIndex(([dialect]) => dialect === upstreamDialect)];
    const before = upstream?.exchanges.length ?? 0;
    const model = `${upstreamDialect}/m`;
    const first = await ask(client, model, true);
    const second = await ask(client, model, true);
    const whole = await ask(client, model, false);
    expect([first.status, first.cache]).toEqual([200, 'miss']);
    expect([second.status, second.cache]).toEqual([200, 'hit']);
    expect([whole.status, whole.cache]).toEqual([200, 'hit']);
    expect(textsIn(second.text)).toBe(textsIn(first.text));
    expect(textsIn(first.text)).toContain(story.text.text);
    expect(textsIn(whole.text)).toContain(story.text.text);
    expect(upstream?.exchanges.length).toBe(before + 1);
    const isPassedOn = client === upstreamDialect;
    expect(second.text).toBe(isPassedOn ? first.text : second.text);
  });
});
