import { randomUUID } from 'node:crypto';
import { agentIdSchema, conversationIdSchema, generationIdSchema, userIdSchema } from '@parley/contracts';
import type { ModelEvent, ModelRequest } from '@parley/gateway';
import { expect, it } from 'vitest';
import { createScriptedStrategy, scriptedTarget } from '../generations/__fixtures__/scripted-strategy.ts';
import type { Line } from '../generations/__fixtures__/scripted-strategy.ts';
import { createSampleModel } from './sample-model.ts';

const context = {
  userId: userIdSchema.parse(randomUUID()),
  conversationId: conversationIdSchema.parse(randomUUID()),
  generationId: generationIdSchema.parse(randomUUID()),
  callId: 'call-1',
};
const agent = { id: agentIdSchema.parse(randomUUID()), version: 3, name: 'Helper' };
const request = {
  messages: [
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'How much is six times seven?' }] },
    { role: 'assistant' as const, content: [{ type: 'image' as const, mimeType: 'image/png', data: '' }] },
  ],
  systemPrompt: 'Be brief.',
  maxTokens: 1_000_000,
  temperature: 0,
  modelHints: ['another-model'],
};
const answer: ModelEvent[] = [
  { type: 'text-delta', part: 0, text: 'Forty-' },
  { type: 'text-delta', part: 0, text: 'two.' },
  { type: 'finish', reason: 'length' },
];

function sampleWith(generation: object, script: readonly Line[]) {
  const strategy = createScriptedStrategy(script);
  const asked: string[] = [];
  const sample = createSampleModel({
    models: {
      resolve: async (endpoint: string, model: string) => {
        asked.push(`${endpoint}/${model}`);
        return { strategy, target: scriptedTarget, endpoint: { name: endpoint } } as never;
      },
    },
    generations: { find: async () => generation as never },
    agentVersions: { find: async () => ({ settings: { endpoint: 'Parley', model: 'chat-quality' } }) as never },
  });
  return { sample, asked, requests: strategy.requests };
}

it('asks the model of the turn, within bounds, and shows it nothing of the conversation', async () => {
  const { sample, asked, requests } = sampleWith({ endpoint: 'Parley', model: 'chat-fast' }, answer);
  const given = await sample(request, context, AbortSignal.timeout(5_000));
  expect(given).toEqual({ model: 'chat-fast', text: 'Forty-two.', stopReason: 'maxTokens' });
  expect(asked).toEqual(['Parley/chat-fast']);
  const expected: ModelRequest = {
    model: 'chat-fast',
    instructions: ['Be brief.'],
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'How much is six times seven?' }] },
      { role: 'assistant', parts: [{ type: 'text', text: '[image]' }] },
    ],
    tools: [],
    sampling: { maxOutputTokens: 8_192, temperature: 0 },
  };
  expect(requests).toEqual([expected]);
});

it('asks the model of the agent that answers', async () => {
  const { sample, asked } = sampleWith({ endpoint: 'agents', model: agent.id, agent }, answer);
  await sample(request, context, AbortSignal.timeout(5_000));
  expect(asked).toEqual(['Parley/chat-quality']);
});

it('ends with the call, even when the model is silent', async () => {
  const { sample } = sampleWith({ endpoint: 'Parley', model: 'chat-fast' }, ['silence']);
  const stop = new AbortController();
  const sampling = sample(request, context, stop.signal);
  stop.abort(new Error('Stopped'));
  await expect(sampling).rejects.toThrow('Stopped');
});
