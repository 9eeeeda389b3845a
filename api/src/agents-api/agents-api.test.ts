import { randomUUID } from 'node:crypto';
import { agentRoutes, apiKeyRoutes } from '@parley/contracts';
import type { Agent, ApiKeyScope } from '@parley/contracts';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgentClient } from '../agents/__fixtures__/agent-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import type { TestUser } from '../test-client.ts';

const { app, upstream, close } = await startScriptedChat();
const agents = createAgentClient(app);
let ada: TestUser;
let agent: Agent;

beforeAll(async () => void (await app.register('Grace')));
beforeEach(async () => {
  ada = await app.register('Ada');
  agent = await agents.create(ada, { name: 'Poet', instructions: 'Rhyme.', tools: ['calculator', 'ask_user'] });
});
afterAll(close);

async function secretOf(user: TestUser, scopes: ApiKeyScope[] = ['agents:read', 'agents:run']): Promise<string> {
  const response = await app.send(apiKeyRoutes.create, { body: { name: 'Test', scopes, days: null } }, user);
  return apiKeyRoutes.create.response.parse(await response.json()).secret;
}

async function clientOf(user: TestUser, scopes?: ApiKeyScope[]): Promise<OpenAI> {
  return new OpenAI({ baseURL: `${app.url}/api/agents/v1`, apiKey: await secretOf(user, scopes), maxRetries: 0 });
}

describe('the official OpenAI client', () => {
  it('lists the agents of a key’s owner as models', async () => {
    const client = await clientOf(ada);
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual([agent.id]);
    const stranger = await clientOf(await app.register('Bob'));
    expect((await stranger.models.list()).data).toEqual([]);
  });

  it('is answered whole, with the agent’s instructions before its own', async () => {
    const client = await clientOf(ada);
    const content = promptFor({ tokens: 3 });
    const completion = await client.chat.completions.create({
      model: agent.id,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
      ],
    });
    expect(completion.choices[0]).toMatchObject({ message: { content: 'w0 w1 w2 ' }, finish_reason: 'stop' });
    expect(completion).toMatchObject({ model: agent.id, usage: { prompt_tokens: 7, completion_tokens: 3 } });
    const told = upstream.requests.find(({ messages }) => messages.some((message) => message.content === content));
    const system = told?.messages.filter(({ role }) => role === 'system').map((message) => String(message.content));
    expect(system?.join('\n')).toMatch(/Rhyme\.[\s\S]*Be brief\./);
  });

  it('is answered word by word', async () => {
    const client = await clientOf(ada);
    const stream = await client.chat.completions.create({
      model: agent.id,
      messages: [{ role: 'user', content: promptFor({ tokens: 5 }) }],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe('w0 w1 w2 w3 w4 ');
    expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 3 });
  });

  it('speaks Responses as well, whole and word by word', async () => {
    const client = await clientOf(ada);
    const whole = await client.responses.create({ model: agent.id, input: promptFor({ tokens: 2 }) });
    expect(whole.output_text).toBe('w0 w1 ');
    const stream = await client.responses.create({ model: agent.id, input: promptFor({ tokens: 2 }), stream: true });
    let text = '';
    for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
    expect(text).toBe('w0 w1 ');
  });

  it('sees the words before and after a tool’s work, and nothing of the work', async () => {
    const client = await clientOf(ada);
    const calls = [{ name: 'calculator', input: { expression: '6 * 7' } }];
    const completion = await client.chat.completions.create({
      model: agent.id,
      messages: [{ role: 'user', content: promptFor({ tokens: 1, end: 'tool-call', calls }) }],
    });
    expect(completion.choices[0]?.message).toMatchObject({ content: 'w0 \n\nw0 w1 w2 ' });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
    expect(completion.usage).toMatchObject({ prompt_tokens: 14, completion_tokens: 6 });
    const result = upstream.requests.at(-1)?.messages.at(-1);
    expect(result).toMatchObject({ role: 'tool', content: expect.stringContaining('42') });
  });

  it('goes on where somebody would have to be asked', async () => {
    const client = await clientOf(ada);
    const calls = [{ name: 'ask_user', input: { questions: [{ question: 'Which one?' }] } }];
    const completion = await client.chat.completions.create({
      model: agent.id,
      messages: [{ role: 'user', content: promptFor({ tokens: 1, end: 'tool-call', calls }) }],
    });
    expect(completion.choices[0]?.message.content).toBe('w0 \n\nw0 w1 w2 ');
  });

  it('is told what goes wrong in its own words', async () => {
    const client = await clientOf(ada);
    const ask = (change: object) =>
      client.chat.completions.create({ model: agent.id, messages: [{ role: 'user', content: 'Hi' }], ...change });
    await expect(ask({ model: 'gpt-5' })).rejects.toMatchObject({ status: 404 });
    await expect(ask({ model: randomUUID() })).rejects.toMatchObject({ status: 404 });
    await expect(ask({ messages: [] })).rejects.toMatchObject({ status: 400 });
    await expect(ask({ messages: [{ role: 'assistant', content: 'Hi' }] })).rejects.toMatchObject({ status: 400 });
    const tools = [{ type: 'function', function: { name: 'mine', parameters: { type: 'object' } } }];
    await expect(ask({ tools })).rejects.toMatchObject({ status: 400, param: 'tools' });
    const failing = { messages: [{ role: 'user', content: promptFor({ instead: 'status-401' }) }] };
    await expect(ask(failing)).rejects.toMatchObject({ status: 400 });
  });

  it('needs a key that is good, and may do it', async () => {
    const keyless = new OpenAI({ baseURL: `${app.url}/api/agents/v1`, apiKey: 'parley-wrong', maxRetries: 0 });
    await expect(keyless.models.list()).rejects.toMatchObject({ status: 401 });
    const bearer = new OpenAI({ baseURL: `${app.url}/api/agents/v1`, apiKey: ada.accessToken, maxRetries: 0 });
    await expect(bearer.models.list()).rejects.toMatchObject({ status: 401 });
    const reader = await clientOf(ada, ['agents:read']);
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    await expect(reader.chat.completions.create({ model: agent.id, messages })).rejects.toMatchObject({ status: 403 });
    const runner = await clientOf(ada, ['agents:run']);
    await expect(runner.models.list()).rejects.toMatchObject({ status: 403 });
  });

  it('cannot reach another person’s agent, nor one that is gone', async () => {
    const bob = await app.register('Bob');
    const client = await clientOf(bob);
    const ask = () => client.chat.completions.create({ model: agent.id, messages: [{ role: 'user', content: 'Hi' }] });
    await expect(ask()).rejects.toMatchObject({ status: 404 });
    await app.send(agentRoutes.remove, { params: { id: agent.id } }, ada);
    const own = await clientOf(ada);
    await expect(
      own.chat.completions.create({ model: agent.id, messages: [{ role: 'user', content: 'Hi' }] }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('ends the agent’s work when it leaves', async () => {
    const client = await clientOf(ada);
    const controller = new AbortController();
    const content = promptFor({ tokens: 5, holdAfter: 2 });
    const stream = await client.chat.completions.create(
      { model: agent.id, messages: [{ role: 'user', content }], stream: true },
      { signal: controller.signal },
    );
    await stream[Symbol.asyncIterator]().next();
    controller.abort();
    await expect.poll(() => upstream.openAnswers()).toBe(0);
  });
});
