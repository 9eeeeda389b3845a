import { expect, test } from 'vitest';
import { generationId } from '../testing/messages.ts';
import { planAgain, planComparison, takePlan } from './compare-store.ts';

const [fast, deep] = [
  { endpoint: 'Parley', model: 'chat-fast', spec: 'quick' },
  { endpoint: 'Parley', model: 'chat-deep' },
];

test('a plan is for one prompt, which brings it back when it could not be sent', () => {
  const plan = { answerers: [fast, deep], blind: true };
  planComparison('chat', plan);
  expect(takePlan('chat')).toEqual(plan);
  expect(takePlan('chat')).toBeUndefined();
  const others = [{ ...deep, tools: ['search'], generationId: generationId(2) }];
  planAgain('chat', { ...fast, text: 'Compare', compare: { blind: true, others } });
  expect(takePlan('chat')).toEqual(plan);
});

test('a prompt that compared nothing leaves what is planned', () => {
  const plan = { answerers: [fast, deep], blind: false };
  planComparison('chat', plan);
  planAgain('chat', { ...deep, text: 'Alone' });
  expect(takePlan('chat')).toEqual(plan);
});
