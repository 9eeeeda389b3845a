import { BadRequestError, NotFoundError } from 'openai';
import type { OpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { splitPage } from '../dialects/guide/split-page.ts';
import { chunk, doneMark, sendStream, startScriptedUpstream, streamOf } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const pages = [splitPage('docs/guides/ports.md', '# Ports\n\n## Change the port\n\nSet `PORT=4000` in `.env`.\n')];
const ask = (content: string) => ({ model: 'chat-fast', messages: [{ role: 'user' as const, content }] });
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'weather',
      description: 'Tells the weather of a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city', 'days'],
      },
    },
  },
];

describe('the official openai SDK on the built-in guide', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway({}, pages);
  });
  afterEach(() => gateway.close());

  test('lists models and asks for one', async () => {
    const ids = (await gateway.openai.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(['chat-fast', 'chat-quality', 'guide']);
    expect((await gateway.openai.models.retrieve('chat-quality')).id).toBe('chat-quality');
  });

  test('completes, with sources and exact usage', async () => {
    const completion = await gateway.openai.chat.completions.create(ask('How do I change the port?'));
    const choice = completion.choices[0];
    expect(choice?.message.content).toContain('PORT=4000');
    expect(choice?.finish_reason).toBe('stop');
    expect(choice?.message.annotations?.[0]?.url_citation.url).toBe('/docs/guides/ports#change-the-port');
    const { usage } = completion;
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(usage?.prompt_tokens).toBe(6);
  });

  test('streams the same text in many chunks, usage only when asked', async () => {
    const whole = await gateway.openai.chat.completions.create(ask('How do I change the port?'));
    const stream = await gateway.openai.chat.completions.create({
      ...ask('How do I change the port?'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const received of stream) chunks.push(received);
    const texts = chunks.map((received) => received.choices[0]?.delta.content ?? '').filter((text) => text !== '');
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.join('')).toBe(whole.choices[0]?.message.content);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    const plain = await (await gateway.post({ ...ask('hello'), stream: true })).text();
    expect(plain).not.toContain('"usage"');
    expect(plain.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('calls a tool and reports its result', async () => {
    const runner = gateway.openai.chat.completions.runTools({
      ...ask('Please call a tool for the weather in Porto'),
      tools: [
        {
          type: 'function',
          function: {
            ...tools[0]!.function,
            parse: JSON.parse,
            function: (input: object) => `sunny ${Object.keys(input).join()}`,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('sunny city,days');
  });

  test('streams a tool call the SDK can put together', async () => {
    const stream = gateway.openai.chat.completions.stream({ ...ask('use a tool'), tools, tool_choice: 'required' });
    const message = await stream.finalMessage();
    const call = message.tool_calls?.[0];
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: 'Lisbon', days: 1 });
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('gets typed errors', async () => {
    await expect(gateway.openai.chat.completions.create({ ...ask('x'), model: 'nope' })).rejects.toBeInstanceOf(
      NotFoundError,
    );
    await expect(gateway.openai.chat.completions.create({ ...ask('x'), messages: [] })).rejects.toBeInstanceOf(
      BadRequestError,
    );
  });
});

test('the SDK on a slow guide can abort', async () => {
  const gateway = await startTestGateway({ GUIDE_TOKEN_DELAY_MS: '20' }, pages);
  const stream = await gateway.openai.chat.completions.create({ ...ask('count to 500'), stream: true });
  let received = 0;
  for await (const { choices } of stream) {
    received += choices.length;
    if (received === 3) stream.controller.abort();
  }
  expect(received).toBeLessThan(400);
  await vi.waitFor(() => expect(gateway.logged.join()).toContain('"outcome":"cancelled"'), { timeout: 4000 });
  await gateway.close();
});

test('the SDK through a pass-through upstream sees text, and a cut as an error', async () => {
  const upstream = await startScriptedUpstream(({ body, response }) => {
    if (body.includes('cut')) sendStream(response, chunk({ content: 'half' }));
    else sendStream(response, streamOf('who', 'le') + doneMark);
  });
  const gateway = await startTestGateway({ OPENAI_REVERSE_PROXY: upstream.baseUrl });
  const read = async (content: string): Promise<string> => {
    let text = '';
    const stream = await gateway.openai.chat.completions.create({ ...ask(content), model: 'openai/x', stream: true });
    for await (const received of stream) text += received.choices[0]?.delta.content ?? '';
    return text;
  };
  expect(await read('please')).toBe('whole');
  await expect(read('cut')).rejects.toThrow(/before it was complete/);
  await gateway.close();
  await upstream.close();
});
