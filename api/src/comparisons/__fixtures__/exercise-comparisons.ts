import { comparisonRoutes, conversationRoutes, generationRoutes } from '@parley/contracts';
import type { Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { expect } from 'vitest';
import { newGenerationId } from '../../generations/__fixtures__/chat-client.ts';

/** Sends a request that must succeed, as one person. */
type Call = <R extends Route>(route: R, input: RouteArguments<R>) => Promise<RouteOutput<R>>;

/** Calls every route about comparisons in a conversation of the caller's, which is gone afterwards. */
export async function exerciseComparisons(call: Call, answerer: { endpoint: string; model: string }): Promise<void> {
  const answers = [1, 2].map(() => ({ generationId: newGenerationId(), ...answerer }));
  const body = { parentMessageId: null, text: 'Which is better?', blind: false, answers };
  const { items } = await call(comparisonRoutes.start, { params: { id: 'new' }, body });
  expect(items.map(({ generationId }) => generationId)).toEqual(answers.map(({ generationId }) => generationId));
  const [first] = items;
  if (first === undefined) throw new Error('Nothing is compared.');
  const { conversationId, userMessageId, responseMessageId } = first;
  for (const { generationId } of items) await call(generationRoutes.stop, { params: { id: generationId } });
  const params = { id: conversationId, messageId: userMessageId };
  const chosen = await call(comparisonRoutes.choose, { params, body: { choice: responseMessageId } });
  expect(chosen.comparison).toMatchObject({ choice: responseMessageId });
  const results = await call(comparisonRoutes.results, { query: {} });
  expect(results.items).toMatchObject([{ ...answerer, votes: 1 }]);
  await call(conversationRoutes.remove, { params: { id: conversationId } });
}
