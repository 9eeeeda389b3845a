import { generationRoutes, projectRoutes } from '@parley/contracts';
import type { StartedGeneration, TurnSettings } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgentClient } from '../agents/__fixtures__/agent-client.ts';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  conversationOf,
  messagesOf,
  newGenerationId,
  problemOf,
  queue,
  read,
  savedAnswer,
  start,
  startAgain,
  stateOf,
  steer,
  stop,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register('Ada');
});

const patience = { timeout: 20_000 };
const settings: TurnSettings = {
  instructions: 'Rhyme for {{current_user}} on {{current_date}}.',
  parameters: { temperature: 0.5, topP: 0.9, maxOutputTokens: 100 },
};

async function ended(started: StartedGeneration): Promise<void> {
  await vi.waitFor(async () => {
    expect((await savedAnswer(app, user, started)).status).not.toBe('running');
    expect((await conversationOf(app, user, started.conversationId)).runningGenerationId).toBeNull();
  }, patience);
}

async function answered(): Promise<StartedGeneration> {
  const started = await start(app, user, { text: promptFor({ tokens: 3 }) });
  await ended(started);
  return started;
}

/** What the model was told beside the conversation when it was called last. */
function told() {
  const { messages, ...rest } = upstream.requests.at(-1)!;
  return { system: messages.filter(({ role }) => role === 'system').map(({ content }) => content), ...rest };
}

const rhyme = /^Rhyme for Ada on \d{4}-\d\d-\d\d\.$/;

describe('settings of a turn', () => {
  it('are told to the model, with their variables filled in, and remembered', async () => {
    const started = await start(app, user, { text: promptFor({ tokens: 1 }), more: { settings } });
    await ended(started);
    expect(told()).toMatchObject({ system: [expect.stringMatching(rhyme)], temperature: 0.5, top_p: 0.9 });
    const conversation = await conversationOf(app, user, started.conversationId);
    expect(conversation).toMatchObject({ settings });
  });

  it('wait with their prompt, and are part of what is repeated', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const running = await start(app, user, { text });
    const waiting = { text: promptFor({ tokens: 1 }), generationId: newGenerationId(), more: { settings } };
    expect((await queue(app, user, running.generationId, waiting)).status).toBe(202);
    expect((await queue(app, user, running.generationId, waiting)).status).toBe(202);
    const [shown] = (await stateOf(app, user, running.generationId)).queue;
    expect(shown).toMatchObject({ settings });
    const other = { ...waiting, more: { settings: { instructions: 'Something else' } } };
    expect((await problemOf(await queue(app, user, running.generationId, other))).code).toBe('generation-id-taken');
    upstream.release(text);
    await vi.waitFor(
      async () => expect((await stateOf(app, user, waiting.generationId)).status).toBe('done'),
      patience,
    );
    expect(told().system).toEqual([expect.stringMatching(rhyme)]);
    expect(await (await queue(app, user, running.generationId, waiting)).json()).toMatchObject({ state: 'started' });
  });

  it('are told to a prompt that was said too late for the answer before it', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const running = await start(app, user, { text, more: { settings } });
    await read(app, user, running.generationId, { until: (all) => all.some(({ type }) => type === 'text-delta') });
    await steer(app, user, running.generationId, { text: 'And then?' });
    await stop(app, user, running.generationId);
    await vi.waitFor(async () => {
      const { queue: late } = await stateOf(app, user, running.generationId);
      expect(late).toMatchObject([{ text: 'And then?', settings }]);
    }, patience);
  });

  it('are forgotten by the conversation when the next turn has none', async () => {
    const first = await start(app, user, { text: promptFor({ tokens: 1 }), more: { settings } });
    await ended(first);
    const place = { conversation: first.conversationId, parent: first.responseMessageId };
    const second = await start(app, user, { text: promptFor({ tokens: 1 }), ...place });
    await ended(second);
    expect(told().system).toEqual([]);
    expect(await conversationOf(app, user, first.conversationId)).not.toHaveProperty('settings');
    const again = await startAgain(app, user, second, { settings, guidance: 'shorter' });
    await ended(again);
    expect(told().system).toEqual([expect.stringMatching(rhyme), expect.stringContaining('more briefly')]);
    expect(await conversationOf(app, user, first.conversationId)).toMatchObject({ settings });
  });

  it('make a request another one, unless they tell nothing', async () => {
    const question = { text: promptFor({ tokens: 1 }), generationId: newGenerationId() };
    const first = await start(app, user, { ...question, more: { settings: { instructions: '  ', parameters: {} } } });
    expect(await start(app, user, question)).toEqual(first);
    expect(await conversationOf(app, user, first.conversationId)).not.toHaveProperty('settings');
    const response = await ask(app, user, { ...question, more: { settings } });
    expect([response.status, (await problemOf(response)).code]).toEqual([409, 'generation-id-taken']);
  });

  it('are ignored where an agent answers', async () => {
    const agent = await createAgentClient(app).create(user, { instructions: 'Own.' });
    const text = promptFor({ tokens: 1 });
    const started = await start(app, user, { text, endpoint: 'agents', model: agent.id, more: { settings } });
    await ended(started);
    expect(told()).toMatchObject({ system: ['Own.'] });
    expect(told()).not.toHaveProperty('temperature');
    expect(await conversationOf(app, user, started.conversationId)).not.toHaveProperty('settings');
  });

  it('are refused when they are too long or out of bounds', async () => {
    for (const bad of [{ instructions: 'x'.repeat(32_001) }, { parameters: { temperature: 3 } }]) {
      const generationId = newGenerationId();
      const body = { generationId, parentMessageId: null, text: 'Hi', endpoint: 'Scripted', model: 'scripted-1' };
      const response = await app.send(
        generationRoutes.start,
        { params: { id: 'new' }, body: { ...body, settings: bad } },
        user,
      );
      expect(response.status).toBe(400);
    }
  });
});

describe('the instructions of a project', () => {
  it('come first in each of its conversations, as they are now, whoever answers', async () => {
    const body = { name: 'Whales', instructions: 'All about whales.' };
    const created = await app.send(projectRoutes.create, { body }, user);
    const { id: projectId } = projectRoutes.create.response.parse(await created.json());
    const first = await start(app, user, { text: promptFor({ tokens: 1 }), more: { projectId, settings } });
    await ended(first);
    expect(told().system).toEqual(['All about whales.', expect.stringMatching(rhyme)]);
    expect(await conversationOf(app, user, first.conversationId)).toMatchObject({ projectId });
    await app.send(projectRoutes.update, { params: { id: projectId }, body: { instructions: 'And dolphins.' } }, user);
    const agent = await createAgentClient(app).create(user, { instructions: 'Own.' });
    const again = await startAgain(app, user, first, { endpoint: 'agents', model: agent.id });
    await ended(again);
    expect(told().system).toEqual(['And dolphins.', 'Own.']);

    const stranger = await app.register();
    const response = await ask(app, stranger, { text: 'Hi', more: { projectId } });
    expect([response.status, (await problemOf(response)).code]).toEqual([404, 'project-not-found']);
  });
});

describe('what a prompt quotes', () => {
  it('stands before its words, for people and for the model, and in no title', async () => {
    const first = await answered();
    const quotes = [
      { text: 'w0 w1\nw2', messageId: first.responseMessageId },
      { text: 'a\r\n\r\nb', messageId: first.userMessageId },
    ];
    const text = promptFor({ tokens: 1 });
    const place = { conversation: first.conversationId, parent: first.responseMessageId };
    const second = await start(app, user, { text, ...place, more: { quotes } });
    await ended(second);
    const asked = (await messagesOf(app, user, first.conversationId)).find(({ id }) => id === second.userMessageId);
    expect(asked?.parts).toEqual([
      { type: 'quote', ...quotes[0] },
      { type: 'quote', ...quotes[1] },
      { type: 'text', step: 0, text },
    ]);
    const [last] = upstream.requests.at(-1)!.messages.slice(-1);
    expect(last).toMatchObject({ role: 'user', content: `> w0 w1\n> w2\n\n> a\n>\n> b\n\n${text}` });
  });

  it('must be of the same conversation', async () => {
    const [first, other] = [await answered(), await answered()];
    const place = { conversation: first.conversationId, parent: first.responseMessageId };
    const foreign = [{ text: 'w0', messageId: other.responseMessageId }];
    const mine = [{ text: 'w0', messageId: first.responseMessageId }];
    const cases = [
      { text: 'Hi', ...place, more: { quotes: foreign } },
      { text: 'Hi', ...place, more: { quotes: [...mine, ...foreign] } },
      { text: 'Hi', more: { quotes: mine } },
    ];
    for (const question of cases) {
      const response = await ask(app, user, question);
      expect([response.status, (await problemOf(response)).code]).toEqual([404, 'message-not-found']);
    }
    for (const bad of [
      { quotes: [{ ...mine[0]!, text: '' }] },
      { quotes: Array.from({ length: 11 }, () => mine[0]!) },
    ]) {
      expect((await ask(app, user, { text: 'Hi', ...place, more: bad })).status).toBe(400);
    }
    expect(await messagesOf(app, user, first.conversationId)).toHaveLength(2);
  });

  it('waits with it, and is part of what is repeated', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const running = await start(app, user, { text });
    const quotes = [{ text: 'w0', messageId: running.responseMessageId }];
    const waiting = { text: promptFor({ tokens: 1 }), generationId: newGenerationId() };
    const foreign = [{ text: 'w0', messageId: (await answered()).responseMessageId }];
    const refused = await queue(app, user, running.generationId, { ...waiting, more: { quotes: foreign } });
    expect((await problemOf(refused)).code).toBe('message-not-found');
    for (let time = 0; time < 2; time += 1) {
      expect((await queue(app, user, running.generationId, { ...waiting, more: { quotes } })).status).toBe(202);
    }
    expect((await queue(app, user, running.generationId, waiting)).status).toBe(409);
    expect((await stateOf(app, user, running.generationId)).queue).toMatchObject([{ quotes }]);
    upstream.release(text);
    await vi.waitFor(
      async () => expect((await stateOf(app, user, waiting.generationId)).status).toBe('done'),
      patience,
    );
    expect(upstream.requests.at(-1)?.messages.at(-1)).toMatchObject({ content: `> w0\n\n${waiting.text}` });
  });
});
