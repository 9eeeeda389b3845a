import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultModelSettings } from '../config/default-settings.ts';
import type { Provider } from '../core/gateway-config.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { story } from '../testing/story.ts';
import { startFixtureUpstream, upstreamDialects, recordedAnswer } from './fixture-upstream.ts';
import type { FixtureUpstream, UpstreamDialect } from './fixture-upstream.ts';
import { createGenerativeJudge } from './generative-judge.ts';
import { pixel } from './heard-answer.ts';
import type { HeardAnswer, Judge } from './heard-answer.ts';
import { createMessagesJudge } from './messages-judge.ts';
import { createChatJudge, createResponsesJudge } from './openai-judges.ts';

const judges = [createChatJudge, createResponsesJudge, createMessagesJudge, createGenerativeJudge];
const names = judges.map((create) => create('http://unused.test').name);
const both = [true, false] as const;
const features = [
  'text',
  'tools',
  'parallel tools',
  'reasoning',
  'image',
  'usage',
  'length',
  'error mid-stream',
] as const;

let upstream: FixtureUpstream;
let gateway: TestGateway;
const cells = new Map<string, string>();

beforeAll(async () => {
  upstream = await startFixtureUpstream();
  gateway = await startTestGateway({}, [], undefined, {
    providers: upstreamDialects.map((dialect) => provider(dialect)),
    modelDefaults: { ...defaultModelSettings, fallback: false },
  });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
  process.stdout.write(`${matrix()}\n`);
});

describe.each(names.map((name, index) => [name, index] as const))('a client of %s', (client, index) => {
  describe.each(upstreamDialects)('at an upstream of %s', (dialect) => {
    it.each(both)('hears a text with its usage (stream: %s)', async (isStream) => {
      const heard = await ask(judgeAt(index), dialect, 'text', { isStream });
      expect(heard).toMatchObject({ text: story.text.text, reason: 'stop', calls: [] });
      mark(client, dialect, 'text', isStream);
      expect(heard.usage).toEqual({ input: story.text.usage.input, output: story.text.usage.output });
      mark(client, dialect, 'usage', isStream);
    });

    it.each(both)('hears a call with its input (stream: %s)', async (isStream) => {
      const heard = await ask(judgeAt(index), dialect, 'tool', { isStream, hasTools: true });
      expect(heard.calls).toEqual(parsed(story.tool.calls));
      expect(heard.reason).toBe('tool-calls');
      expect(upstream.lastBody()).toContain('get_weather');
      mark(client, dialect, 'tools', isStream);
    });

    it.each(both)('hears calls side by side (stream: %s)', async (isStream) => {
      const heard = await ask(judgeAt(index), dialect, 'parallel-tools', { isStream, hasTools: true });
      expect(heard).toMatchObject({ text: story.parallelTools.text, reason: 'tool-calls' });
      expect(heard.calls).toEqual(parsed(story.parallelTools.calls));
      mark(client, dialect, 'parallel tools', isStream);
    });

    it.each(both)('hears thoughts apart from the answer (stream: %s)', async (isStream) => {
      const heard = await ask(judgeAt(index), dialect, 'reasoning', { isStream });
      expect(heard.text).toBe(story.reasoning.text);
      expect(heard.reasoning).toBe(story.reasoning.reasoning);
      mark(client, dialect, 'reasoning', isStream);
    });

    it.each(both)('shows a picture (stream: %s)', async (isStream) => {
      await ask(judgeAt(index), dialect, 'text', { isStream, hasImage: true });
      expect(upstream.lastBody()).toContain(pixel);
      mark(client, dialect, 'image', isStream);
    });

    it.each(both)('learns that an answer was cut by its limit (stream: %s)', async (isStream) => {
      const heard = await ask(judgeAt(index), dialect, 'length', { isStream });
      expect(heard).toMatchObject({ text: story.length.text, reason: 'length' });
      mark(client, dialect, 'length', isStream);
    });

    it.each(both)('gets an error, never half an answer (stream: %s)', async (isStream) => {
      await expect(ask(judgeAt(index), dialect, 'error', { isStream })).rejects.toThrow(/./);
      mark(client, dialect, 'error mid-stream', isStream);
    });
  });
});

it.each([
  [2, 'anthropic-messages'],
  [3, 'google-generative'],
] as const)(
  'keeps the signature of thoughts where client %i speaks the dialect of %s itself',
  async (index, dialect) => {
    for (const isStream of both) {
      const heard = await ask(judgeAt(index), dialect, 'reasoning', { isStream });
      expect(heard.signature).toBe(story.reasoning.signature);
    }
  },
);

it('has a recorded answer for every story in every dialect', () => {
  const stories = ['text', 'tool', 'parallel-tools', 'reasoning', 'length', 'error'];
  const missing = upstreamDialects.flatMap((dialect) =>
    stories.filter((name) => recordedAnswer(dialect, name) === undefined).map((name) => `${dialect}/${name}`),
  );
  expect(missing).toEqual([]);
});

function judgeAt(index: number): Judge {
  const create = judges[index];
  if (create === undefined) throw new Error(`There is no judge ${index}.`);
  return create(gateway.url);
}

function ask(
  judge: Judge,
  dialect: UpstreamDialect,
  name: string,
  how: { isStream: boolean; hasTools?: boolean; hasImage?: boolean },
): Promise<HeardAnswer> {
  return judge.ask({ model: `${dialect}/${name}`, hasTools: false, hasImage: false, ...how });
}

function provider(dialect: UpstreamDialect): Provider {
  return {
    name: dialect,
    label: `The ${dialect} upstream`,
    dialect,
    baseUrl: upstream.baseOf(dialect),
    keys: ['upstream-key'],
    timeouts: { connect: 2000, headers: 5000, content: 5000, idle: 5000 },
    presence: 'configured',
    preferred: {},
    isPreferenceExplicit: true,
  };
}

function parsed(calls: readonly { readonly name: string; readonly input: string }[]) {
  return calls.map(({ name, input }) => ({ name, input: JSON.parse(input) as unknown }));
}

function mark(client: string, dialect: UpstreamDialect, feature: (typeof features)[number], isStream: boolean): void {
  const key = `${client}\0${dialect}\0${feature}`;
  cells.set(key, `${cells.get(key) ?? ''}${isStream ? 's' : 'w'}`);
}

/** s: streamed, w: whole; a dot: failed. */
function matrix(): string {
  const lines = names.flatMap((client) =>
    upstreamDialects.map((dialect) => {
      const marks = features.map((feature) => (cells.get(`${client}\0${dialect}\0${feature}`) ?? '·').padEnd(14));
      return `${client.padEnd(17)} ${dialect.padEnd(20)} ${marks.join('  ')}`;
    }),
  );
  const heading = `${'client'.padEnd(17)} ${'upstream'.padEnd(20)} ${features.map((name) => name.padEnd(14)).join('  ')}`;
  return ['', 's streamed, w whole', heading, ...lines].join('\n');
}
