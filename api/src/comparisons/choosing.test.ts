import { comparisonRoutes, conversationRoutes, modelResultSchema } from '@parley/contracts';
import type { ModelResult, StartedGeneration } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { conversationOf, messagesOf, problemOf, read, start, stop } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import * as z from 'zod/mini';
import type { TestUser } from '../test-client.ts';
import { choose, compare, comparisonOf, scriptedModels } from './__fixtures__/comparison-client.ts';

const { app, upstream, close } = await startScriptedChat({ models: { default: scriptedModels, fetch: false } });
const admin = await app.register();
let user: TestUser;
afterAll(close);
beforeEach(async () => {
  user = await app.register();
});

async function ended(models: readonly string[] = scriptedModels, blind = false): Promise<StartedGeneration[]> {
  const items = await compare(app, user, comparisonOf(promptFor({ tokens: 1 }), { models, blind }));
  const { conversationId } = items[0]!;
  await expect.poll(async () => (await conversationOf(app, user, conversationId)).runningGenerationId).toBeNull();
  return items;
}

async function results(who: TestUser, of?: 'everybody'): Promise<ModelResult[]> {
  const response = await app.send(comparisonRoutes.results, { query: of === undefined ? {} : { of } }, who);
  return z.object({ items: z.array(modelResultSchema) }).parse(await response.json()).items;
}

function counts(items: readonly ModelResult[], model: string) {
  const { votes = 0, ties = 0, wins = 0 } = items.find((its) => its.model === model) ?? {};
  return { votes, ties, wins };
}

describe('a choice', () => {
  it('is kept with the prompt, may be changed, and says who answers next', async () => {
    const items = await ended();
    const { conversationId, userMessageId } = items[0]!;
    for (const { responseMessageId } of [items[1]!, items[2]!]) {
      const chosen = await choose(app, user, items[0]!, responseMessageId);
      expect(await chosen.json()).toMatchObject({ id: userMessageId, comparison: { choice: responseMessageId } });
    }
    expect(await conversationOf(app, user, conversationId)).toMatchObject({ model: 'scripted-3' });
    const [prompt] = await messagesOf(app, user, conversationId);
    expect(prompt?.comparison?.choice).toBe(items[2]!.responseMessageId);
  });

  it('stays once an answer was continued, and may be repeated', async () => {
    const items = await ended();
    const { conversationId, responseMessageId } = items[0]!;
    await choose(app, user, items[0]!, responseMessageId);
    const next = { text: promptFor({ tokens: 1 }), conversation: conversationId, parent: responseMessageId };
    const { generationId } = await start(app, user, next);
    await read(app, user, generationId);
    expect((await choose(app, user, items[0]!, responseMessageId)).status).toBe(200);
    expect(await problemOf(await choose(app, user, items[0]!, 'tie'))).toMatchObject({ code: 'comparison-continued' });
  });

  it('is none of anything else', async () => {
    const [items, others] = [await ended(), await ended()];
    const foreign = await choose(app, user, items[0]!, others[0]!.responseMessageId);
    expect(await problemOf(foreign)).toMatchObject({ code: 'message-not-found' });
    const plain = await start(app, user, { text: promptFor({ tokens: 1 }) });
    const uncompared = await choose(app, user, plain, plain.responseMessageId);
    expect(await problemOf(uncompared)).toMatchObject({ code: 'message-not-found' });
  });

  it('has to wait for the end of all answers when it is blind', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const items = await compare(app, user, comparisonOf(text, { blind: true }));
    expect(await problemOf(await choose(app, user, items[0]!, 'tie'))).toMatchObject({ code: 'generation-running' });
    await Promise.all(items.map(({ generationId }) => stop(app, user, generationId)));
    upstream.release(text);
    const { conversationId } = items[0]!;
    await expect.poll(async () => (await conversationOf(app, user, conversationId)).runningGenerationId).toBeNull();
    expect((await choose(app, user, items[0]!, 'tie')).status).toBe(200);
  });
});

describe('results', () => {
  it('count each person’s votes, the last of each comparison, and outlast the chat', async () => {
    const [first, second] = [await ended(scriptedModels.slice(0, 2)), await ended(scriptedModels.slice(0, 2))];
    await choose(app, user, first[0]!, 'none');
    await choose(app, user, first[0]!, first[1]!.responseMessageId);
    await choose(app, user, second[0]!, 'tie');
    await app.send(conversationRoutes.remove, { params: { id: first[0]!.conversationId } }, user);
    const [best, other] = await results(user);
    expect(best).toMatchObject({ model: 'scripted-2', wins: 1, losses: 0, ties: 1, votes: 2 });
    expect(other).toMatchObject({ model: 'scripted-1', wins: 0, losses: 1, ties: 1, votes: 2 });
    expect(best!.rating).toBeGreaterThan(other!.rating);
    expect(await results(await app.register())).toEqual([]);
  });

  it('show admins everybody’s blind votes, and nobody else', async () => {
    const before = await results(admin, 'everybody');
    const [seen, blind] = [await ended(), await ended(scriptedModels, true)];
    await choose(app, user, seen[0]!, seen[0]!.responseMessageId);
    await choose(app, user, blind[0]!, 'none');
    const all = await results(admin, 'everybody');
    for (const model of scriptedModels) {
      const { votes, ties, wins } = counts(before, model);
      expect(counts(all, model)).toEqual({ votes: votes + 1, ties: ties + 1, wins });
    }
    // Whoever keeps another answer now knows the models: the vote stays as it was given.
    expect((await choose(app, user, blind[0]!, blind[0]!.responseMessageId)).status).toBe(200);
    expect(await results(admin, 'everybody')).toEqual(all);
    const refused = await app.send(comparisonRoutes.results, { query: { of: 'everybody' } }, user);
    expect(await problemOf(refused)).toMatchObject({ code: 'forbidden' });
  });
});
