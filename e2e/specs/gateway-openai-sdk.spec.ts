import { expect, test } from '@playwright/test';
import OpenAI from 'openai';
import { startForeignProvider, type ForeignProvider } from '../fixtures/foreign-provider.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

async function streamed(openai: OpenAI, model: string, content: string): Promise<string> {
  const stream = await openai.chat.completions.create({ model, messages: [{ role: 'user', content }], stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

test.describe('the official OpenAI SDK at the embedded gateway', () => {
  let parley: Parley;
  let openai: OpenAI;

  test.beforeAll(async () => {
    parley = await startParley();
    openai = new OpenAI({ baseURL: parley.gatewayUrl, apiKey: 'any', maxRetries: 0 });
  });
  test.afterAll(() => parley.dispose());

  test('lists the logical models', async () => {
    const models = await openai.models.list();
    expect(models.data.map((model) => model.id)).toEqual(
      expect.arrayContaining(['chat-fast', 'chat-quality', 'guide']),
    );
  });

  test('completes, with usage', async () => {
    const completion = await openai.chat.completions.create({
      model: 'chat-fast',
      messages: [{ role: 'user', content: 'Where is my data stored?' }],
    });
    expect(completion.choices[0]?.message.content).toContain('data');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.completion_tokens).toBeGreaterThan(0);
  });

  test('streams the same words it completes', async () => {
    const question = 'How do I connect Ollama?';
    const completion = await openai.chat.completions.create({
      model: 'chat-fast',
      messages: [{ role: 'user', content: question }],
    });
    expect(await streamed(openai, 'chat-fast', question)).toBe(completion.choices[0]?.message.content);
  });

  test('names the models there are when it is asked for another', async () => {
    await expect(
      openai.chat.completions.create({ model: 'no-such-model', messages: [{ role: 'user', content: 'Hello' }] }),
    ).rejects.toMatchObject({ status: 404, message: expect.stringContaining('chat-fast') });
  });
});

test.describe('the gateway in front of a foreign provider', () => {
  let provider: ForeignProvider;
  let parley: Parley;
  let openai: OpenAI;

  test.beforeAll(async () => {
    provider = await startForeignProvider();
    parley = await startParley({
      OPENAI_REVERSE_PROXY: provider.url,
      OPENAI_API_KEY: 'sk-foreign',
      CHAT_FAST_MODEL: 'openai/gpt-4o-mini',
      CHAT_QUALITY_MODEL: 'openai/gpt-4o',
    });
    openai = new OpenAI({ baseURL: parley.gatewayUrl, apiKey: 'any', maxRetries: 0 });
  });
  test.afterAll(async () => {
    await parley.dispose();
    await provider.close();
  });

  test('lists, completes and streams through it', async () => {
    const models = await openai.models.list();
    expect(models.data.map((model) => model.id)).toEqual(expect.arrayContaining(['chat-fast', 'chat-quality']));
    const completion = await openai.chat.completions.create({
      model: 'chat-fast',
      messages: [{ role: 'user', content: 'ping' }],
    });
    expect(completion.choices[0]?.message.content).toBe(provider.answer);
    expect(await streamed(openai, 'chat-quality', 'ping')).toBe(provider.answer);
  });
});
