import { randomUUID } from 'node:crypto';
import { agentsEndpoint, userIdSchema } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { newGenerationId } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { calls, finish, says } from './__fixtures__/play-turn.ts';
import { createStepwiseStrategy } from './__fixtures__/stepwise-strategy.ts';
import { agentRef, setupWith } from './__fixtures__/tools.ts';

const { stores, close } = await openMortalStores();
afterAll(close);

const billing = agentRef(41, 'Billing');

describe('a conversation that was passed on', () => {
  it('stays with its new agent', async () => {
    const clerk = createStepwiseStrategy([says('Yes?'), finish()], [says('Here is your bill.'), finish()]);
    const desk = createStepwiseStrategy([calls(0, 'a', '{}', 'hand_over_to_billing'), finish('tool-calls')]);
    const its = servicesOf(stores, {
      strategy: desk,
      more: { handOffs: [{ agent: billing, description: '' }] },
      agents: (agent) => setupWith(clerk, [], { agent }),
    });
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const { conversationId } = await its.generations.start(userId, 'new', { ...body, tools: ['calculator'] }, null);
    await vi.waitFor(async () => expect((await stores.generations.find(body.generationId))?.status).toBe('done'));
    expect(await stores.conversations.find(userId, conversationId)).toMatchObject({
      endpoint: agentsEndpoint,
      model: billing.id,
      agent: billing,
      tools: ['calculator'],
    });
    const answer = (await stores.messages.list(userId, conversationId)).at(-1);
    expect(answer?.parts.map(({ type }) => type)).toEqual(['tool-call', 'hand-off', 'text']);
    await its.runs.close();
  });
});

describe('a prompt that waits', () => {
  it('keeps the tools and the agent that it was asked with', async () => {
    const its = servicesOf(stores, { lines: [says('Half'), 'silence'] });
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    await its.generations.start(userId, 'new', body, null);
    const next = newGenerationId();
    const asked = { text: 'And?', endpoint: agentsEndpoint, model: billing.id, tools: ['calculator'], agentVersion: 3 };
    const prompt = { generationId: next, ...asked, agent: billing, createdAt: new Date(), queuedBy: null };
    await stores.generations.enqueue(body.generationId, prompt);
    await its.runs.close();
    const heir = servicesOf(stores, { agents: () => setupWith(createStepwiseStrategy([finish()])) });
    await heir.runs.resumeAll();
    await vi.waitFor(async () => expect((await stores.generations.find(next))?.status).toBe('done'), {
      timeout: 5_000,
    });
    expect(await stores.generations.find(next)).toMatchObject({ tools: ['calculator'], agent: billing });
    await heir.runs.close();
  });
});
