import { agentRoutes, messageRoutes } from '@parley/contracts';
import type { SentPiece, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgentClient, person } from '../agents/__fixtures__/agent-client.ts';
import { conversationOf, problemOf, read, start, startAgain } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import type { TestUser } from '../test-client.ts';

const { app, upstream, close } = await startScriptedChat();
const client = createAgentClient(app);
let user: TestUser;
beforeAll(async () => {
  await app.register('Grace');
});
beforeEach(async () => {
  user = await app.register('Ada');
});
afterAll(close);

async function finished(started: StartedGeneration, as = user): Promise<StartedGeneration> {
  await read(app, as, started.generationId);
  await vi.waitFor(
    async () => {
      const { runningGenerationId } = await conversationOf(app, as, started.conversationId);
      if (runningGenerationId !== null) throw new Error('It runs.');
    },
    { timeout: 20_000 },
  );
  return started;
}

async function talk(question: Parameters<typeof start>[2], as = user): Promise<StartedGeneration> {
  return await finished(await start(app, as, question), as);
}

async function sentFor({ conversationId, responseMessageId }: StartedGeneration, as = user) {
  const params = { id: conversationId, messageId: responseMessageId };
  const response = await app.send(messageRoutes.sent, { params }, as);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`It cannot be read: ${response.status} ${text}`);
  return messageRoutes.sent.response.parse(JSON.parse(text));
}

const said = (pieces: readonly SentPiece[]): string[] => pieces.map(({ kind, text }) => `${kind}: ${text}`);

describe('what a model was sent', () => {
  it('is the conversation to the prompt, with what it was told beside it', async () => {
    const settings = { instructions: 'Be brief, {{current_user}}.', parameters: { temperature: 0.3 } };
    const first = await talk({ text: promptFor({ tokens: 2 }) });
    const text = promptFor({ tokens: 1 });
    const second = await talk({
      text,
      conversation: first.conversationId,
      parent: first.responseMessageId,
      more: { settings },
    });
    const { exact, pieces } = await sentFor(second);
    expect(exact).toBe(true);
    expect(said(pieces)).toEqual([
      'instructions: Be brief, Ada.',
      'parameters: model: scripted-1\ntemperature: 0.3',
      expect.stringMatching(/^user: /),
      'assistant: w0 w1 ',
      `user: ${text}`,
    ]);
  });

  it('has the tools and what they gave, as of the last step', async () => {
    const calls = [{ name: 'calculator', input: { expression: '6 * 7' } }];
    const started = await talk({ text: promptFor({ tokens: 1, end: 'tool-call', calls }), tools: ['calculator'] });
    const { exact, pieces } = await sentFor(started);
    expect(exact).toBe(true);
    expect(pieces.map(({ kind }) => kind)).toEqual(['tools', 'parameters', 'user', 'assistant', 'assistant', 'tool']);
    expect(pieces.at(-1)?.text).toContain('42');
  });

  it('is told of shorter answers and of those that go on, too', async () => {
    const started = await talk({ text: promptFor({ tokens: 2 }) });
    const shorter = await finished(await startAgain(app, user, started, { guidance: 'shorter' }));
    const { exact, pieces } = await sentFor(shorter);
    expect(exact).toBe(true);
    expect(pieces[0]).toMatchObject({ kind: 'instructions' });
    const continues = started.responseMessageId;
    const longer = await finished(await startAgain(app, user, started, { continues }));
    expect((await sentFor(longer)).exact).toBe(true);
  });

  it('is not exact any more when something it was made of has changed', async () => {
    const first = await talk({ text: promptFor({ tokens: 1 }) });
    const { conversationId, userMessageId: messageId } = first;
    expect((await sentFor(first)).exact).toBe(true);
    const params = { id: conversationId, messageId };
    await app.send(messageRoutes.edit, { params, body: { text: 'Something else' } }, user);
    const { exact, pieces } = await sentFor(first);
    expect(exact).toBe(false);
    expect(pieces.at(-1)).toEqual({ kind: 'user', text: 'Something else' });
  });

  it('is not there for a prompt', async () => {
    const { conversationId, userMessageId } = await talk({ text: promptFor({ tokens: 1 }) });
    const params = { id: conversationId, messageId: userMessageId };
    expect(await problemOf(await app.send(messageRoutes.sent, { params }, user))).toMatchObject({
      code: 'message-not-found',
    });
  });

  it('is known while the answer is being written', async () => {
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const started = await start(app, user, { text });
    const { pieces } = await sentFor(started);
    expect(pieces.at(-1)).toEqual({ kind: 'user', text });
    upstream.release(text);
    await finished(started);
  });

  it('is cut where it is very long', async () => {
    const started = await talk({ text: 'x'.repeat(200_000) });
    const again = await talk({
      text: 'y',
      conversation: started.conversationId,
      parent: started.responseMessageId,
      more: { quotes: [{ text: 'z'.repeat(9_000), messageId: started.responseMessageId }] },
    });
    const { pieces } = await sentFor(again);
    expect(Math.max(...pieces.map(({ text }) => text.length))).toBeLessThan(200_100);
  });
});

describe('what an agent was sent', () => {
  it('has its instructions for those who may read them, and for nobody else', async () => {
    const bob = await app.register('Bob');
    const agent = await client.create(user, { name: 'Poet', instructions: 'Rhyme in secret.' });
    await client.share(user, agent.id, [
      { principal: person(user), role: 'owner' },
      { principal: person(bob), role: 'viewer' },
    ]);
    const question = { endpoint: 'agents', model: agent.id };
    const own = await talk({ text: promptFor({ tokens: 1 }), ...question });
    expect((await sentFor(own)).pieces[0]?.text).toBe('Rhyme in secret.');
    const shared = await talk({ text: promptFor({ tokens: 1 }), ...question }, bob);
    const { exact, pieces } = await sentFor(shared, bob);
    expect(exact).toBe(true);
    expect(JSON.stringify(pieces)).not.toContain('Rhyme in secret');
    expect(pieces.map(({ kind }) => kind)).toEqual(['instructions', 'user']);
  });

  it('is still the conversation when the agent is gone', async () => {
    const agent = await client.create(user, { name: 'Poet', instructions: 'Rhyme.' });
    const text = promptFor({ tokens: 1 });
    const started = await talk({ text, endpoint: 'agents', model: agent.id });
    await app.send(agentRoutes.remove, { params: { id: agent.id } }, user);
    const { exact, pieces } = await sentFor(started);
    expect(exact).toBe(false);
    expect(pieces.at(-1)).toEqual({ kind: 'user', text });
  });
});
