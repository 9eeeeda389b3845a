import { agentRoutes, generationRoutes } from '@parley/contracts';
import type { Agent, ConversationId, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  conversationOf,
  newGenerationId,
  problemOf,
  read,
  savedAnswer,
  start,
} from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import type { TestUser } from '../test-client.ts';
import { createAgentClient, person, settingsOf } from './__fixtures__/agent-client.ts';

const { app, upstream, close } = await startScriptedChat();
const client = createAgentClient(app);
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;
let agent: Agent;

beforeAll(async () => {
  admin = await app.register('Grace');
});
beforeEach(async () => {
  ada = await app.register('Ada');
  bob = await app.register('Bob');
  agent = await client.create(ada, { name: 'Poet', instructions: 'Rhyme for {{current_user}}.' });
  await client.share(ada, agent.id, [
    { principal: person(ada), role: 'owner' },
    { principal: person(bob), role: 'viewer' },
  ]);
});
afterAll(close);

/** Asks the agent and waits for its answer. */
async function ask(
  user: TestUser,
  text: string,
  conversation: ConversationId | 'new' = 'new',
): Promise<StartedGeneration> {
  const started = await start(app, user, { text, conversation, endpoint: 'agents', model: agent.id });
  await read(app, user, started.generationId);
  await expect
    .poll(async () => (await conversationOf(app, user, started.conversationId)).runningGenerationId)
    .toBeNull();
  return started;
}

function toldTo(prompt: string): unknown {
  return upstream.requests.find(({ messages }) => messages.some(({ content }) => content === prompt))?.messages[0];
}

describe('chatting with an agent', () => {
  it('is answered by its model with its instructions, for whoever asks', async () => {
    const prompt = promptFor({ tokens: 2 });
    const started = await ask(bob, prompt);
    expect(toldTo(prompt)).toMatchObject({ role: 'system', content: 'Rhyme for Bob.' });
    const ref = { id: agent.id, version: 1, name: 'Poet' };
    expect(await savedAnswer(app, bob, started)).toMatchObject({ status: 'done', agent: ref });
    expect(await conversationOf(app, bob, started.conversationId)).toMatchObject({
      endpoint: 'agents',
      model: agent.id,
      agent: ref,
    });
  });

  it('stays with the version a conversation began with, while new ones take the newest', async () => {
    const first = await ask(bob, promptFor({ tokens: 1 }));
    await client.change(ada, agent, settingsOf({ name: 'Poet', instructions: 'Do not rhyme.' }));
    const again = promptFor({ tokens: 1 });
    await ask(bob, again, first.conversationId);
    expect(toldTo(again)).toMatchObject({ content: 'Rhyme for Bob.' });
    const fresh = promptFor({ tokens: 1 });
    await ask(bob, fresh);
    expect(toldTo(fresh)).toMatchObject({ content: 'Do not rhyme.' });
  });

  it('takes the version that its user moves on to', async () => {
    const { conversationId } = await ask(bob, promptFor({ tokens: 1 }));
    await client.change(ada, agent, settingsOf({ name: 'Poet', instructions: 'Do not rhyme.' }));
    const text = promptFor({ tokens: 1 });
    const body = { generationId: newGenerationId(), parentMessageId: null, text, endpoint: 'agents', model: agent.id };
    const params = { id: conversationId };
    const missing = await app.send(generationRoutes.start, { params, body: { ...body, agentVersion: 9 } }, bob);
    expect(await problemOf(missing)).toMatchObject({ code: 'agent-not-found' });
    const response = await app.send(generationRoutes.start, { params, body: { ...body, agentVersion: 2 } }, bob);
    expect(response.status).toBe(202);
    await read(app, bob, body.generationId);
    expect(toldTo(text)).toMatchObject({ content: 'Do not rhyme.' });
    expect(await conversationOf(app, bob, conversationId)).toMatchObject({ agent: { version: 2 } });
  });

  it('is refused to whom it is not shared with, and to everybody once it is disabled', async () => {
    const question = { text: 'Hi', endpoint: 'agents', model: agent.id };
    const body = { ...question, generationId: newGenerationId(), parentMessageId: null };
    const send = async (as: TestUser): Promise<Response> =>
      await app.send(generationRoutes.start, { params: { id: 'new' }, body }, as);
    expect(await problemOf(await send(admin))).toMatchObject({ code: 'agent-not-found' });
    const started = await ask(bob, promptFor({ tokens: 1 }));
    await app.send(agentRoutes.setStanding, { params: { id: agent.id }, body: { disabled: true } }, admin);
    for (const user of [ada, bob]) expect(await problemOf(await send(user))).toMatchObject({ code: 'agent-disabled' });
    const params = { id: started.conversationId };
    const next = await app.send(generationRoutes.start, { params, body }, bob);
    expect(await problemOf(next)).toMatchObject({ code: 'agent-disabled' });
  });

  it('is counted for admins', async () => {
    await ask(bob, promptFor({ tokens: 1 }));
    await ask(ada, promptFor({ tokens: 1 }));
    const response = await app.send(agentRoutes.overview, {}, admin);
    const { items } = z.parse(agentRoutes.overview.response, await response.json());
    expect(items.find((item) => item.agent.id === agent.id)).toMatchObject({ turns: 2, users: 2 });
  });
});
