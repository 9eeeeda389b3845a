import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import type { LanguageModel } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultModelSettings } from '../config/default-settings.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { story } from '../testing/story.ts';
import { createChatAgent, createGenerativeAgent, createMessagesAgent, createResponsesAgent } from './agents.ts';
import type { Agent } from './agents.ts';
import { startFixtureUpstream, upstreamDialects } from './fixture-upstream.ts';
import type { FixtureUpstream, UpstreamDialect } from './fixture-upstream.ts';
import { toolList } from './heard-answer.ts';
import { readToolTurn } from './tool-turn.ts';

const agents = [createChatAgent, createResponsesAgent, createMessagesAgent, createGenerativeAgent] as const;
const names = agents.map((create) => create('http://unused.test').name);
const cells = names.flatMap((name, index) => upstreamDialects.map((dialect) => [name, dialect, index] as const));
const results = { get_weather: 'Sunny, 21 degrees', get_time: 'Noon, or so' } as const;
let upstream: FixtureUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startFixtureUpstream(37, (model, body) => {
    if (model === 'think') return body.includes('Second question') ? 'text' : 'reasoning';
    const hasResults = body.includes('Sunny');
    if (model === 'one-call') return hasResults ? 'text' : 'tool';
    return hasResults ? 'text' : 'parallel-tools';
  });
  gateway = await startTestGateway({}, [], undefined, {
    providers: upstreamDialects.map((dialect) => ({
      name: dialect,
      label: `The ${dialect} upstream`,
      dialect,
      baseUrl: upstream.baseOf(dialect),
      keys: ['upstream-key'],
      timeouts: { connect: 2000, headers: 5000, content: 5000, idle: 5000 },
      presence: 'configured' as const,
      preferred: {},
      isPreferenceExplicit: true,
    })),
    modelDefaults: { ...defaultModelSettings, fallback: false },
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const agentAt = (index: number): Agent => (agents[index] ?? createChatAgent)(gateway.url);
const runTool = (name: string): string => (name === 'get_weather' ? results.get_weather : results.get_time);
const twice = (model: string) => [model, model] as const;

const containing = (text: string): unknown => expect.stringContaining(text);

function expectLoop(dialect: UpstreamDialect): void {
  const { calls, results: given } = readToolTurn(dialect, upstream.lastBody());
  expect(calls.map(({ name, input }) => ({ name, input }))).toEqual(
    story.parallelTools.calls.map(({ name, input }) => ({ name, input: JSON.parse(input) as unknown })),
  );
  expect(given.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
  // The AI SDK wraps results for Google once more.
  expect(given.map(({ output }) => output)).toEqual([results.get_weather, results.get_time].map(containing));
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  for (const { id } of calls) expect(id).toMatch(/\S/);
  for (const { name } of toolList) expect(upstream.lastBody()).toContain(name);
}

describe.each([true, false])('an agent that calls two tools at once (stream: %s)', (isStream) => {
  test.each(cells)('speaking %s to an upstream of %s', async (_name, dialect, index) => {
    const text = await agentAt(index).work({ models: twice(`${dialect}/loop`), isStream, runTool });
    expect(text).toBe(story.text.text);
    expectLoop(dialect);
  });
});

test.each(cells.filter(([, , index]) => index < 2))(
  'numbers in arguments come back exactly as the model wrote them: %s at %s',
  async (_name, dialect, index) => {
    for (const isStream of [true, false]) {
      await agentAt(index).work({ models: twice(`${dialect}/one-call`), isStream, runTool });
      expect(upstream.lastBody()).toMatch(/\\?"id\\?":\s*12345678901234567890[,}]/);
    }
  },
);

describe('what a vendor signed', () => {
  const signing = cells.filter(([, dialect]) => dialect !== 'ollama-chat');

  test.each(signing)('goes back to it from a client of %s: %s', async (_name, dialect, index) => {
    expect(await agentAt(index).work({ models: twice(`${dialect}/think`), isStream: false })).toBe(story.text.text);
    expect(upstream.lastBody()).toContain(story.reasoning.signature);
  });

  test.each(signing)('never goes to another one from a client of %s: %s', async (_name, dialect, index) => {
    for (const other of upstreamDialects) {
      if (other === dialect) continue;
      const models = [`${dialect}/think`, `${other}/think`] as const;
      expect(await agentAt(index).work({ models, isStream: false })).toBe(story.text.text);
      expect(upstream.lastBody()).not.toContain(story.reasoning.signature);
      expect(upstream.lastBody()).not.toMatch(/parley:|cGFybGV5/);
    }
  });
});

describe("the AI SDK's own loop", () => {
  const providers: readonly [string, (model: string) => LanguageModel][] = [
    ['openai.chat', (model) => createOpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1` }).chat(model)],
    ['openai.responses', (model) => createOpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1` }).responses(model)],
    ['anthropic', (model) => createAnthropic({ apiKey: 'any', baseURL: `${gateway.url}/v1` })(model)],
    ['google', (model) => createGoogleGenerativeAI({ apiKey: 'any', baseURL: `${gateway.url}/v1beta` })(model)],
  ];
  const loops = providers.flatMap(([name, create]) =>
    upstreamDialects.map((dialect) => [name, dialect, create] as const),
  );
  const tools = Object.fromEntries(
    toolList.map(({ name, description, schema }) => [
      name,
      tool({ description, inputSchema: jsonSchema({ ...schema }), execute: async () => runTool(name) }),
    ]),
  );

  test.each(loops)('of %s at an upstream of %s', async (_name, dialect, create) => {
    const model = create(`${dialect}/loop`);
    const options = { model, tools, prompt: 'Look.', maxOutputTokens: 2000, stopWhen: stepCountIs(3), maxRetries: 0 };
    const whole = await generateText(options);
    expect([whole.steps.length, whole.text]).toEqual([2, story.text.text]);
    expectLoop(dialect);
    const streamed = streamText(options);
    expect(await streamed.text).toBe(story.text.text);
    expectLoop(dialect);
  });
});
