import { agentIdSchema } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { expect, test } from 'vitest';
import { answerOf, messageId, questionOf } from '../testing/messages.ts';
import { visiblePath } from '../thread/visible-path.ts';
import { comparedAtEnd, hideModels } from './open-comparison.ts';

const order = [messageId(3), messageId(2)];

function compared(comparison: Partial<NonNullable<Message['comparison']>> = {}): Message[] {
  const question = { ...questionOf(1, null), comparison: { blind: true, answers: order, ...comparison } };
  return [
    question,
    { ...answerOf(2, 1), model: 'alpha', usage: { input: 1, output: 1 } },
    { ...answerOf(3, 1), model: 'beta' },
  ];
}

function atEnd(messages: readonly Message[]) {
  return comparedAtEnd(visiblePath(messages), messages)?.answers.map(({ id }) => id);
}

const leafOf = (messages: readonly Message[]) => visiblePath(messages).at(-1)?.message.id;

test('answers stand in the order of their columns as long as none is continued', () => {
  const messages = compared();
  expect(atEnd(messages)).toEqual(order);
  expect(atEnd([...messages, questionOf(4, 2)])).toBeUndefined();
});

test('one that was deleted is left out, and the last one stands alone', () => {
  const three = compared({ answers: [...order, messageId(5)] });
  expect(atEnd(three)).toEqual(order);
  expect(atEnd(three.slice(0, 2))).toBeUndefined();
});

test('a path goes through the one that is kept, else the first column, else what was continued', () => {
  expect(leafOf(compared())).toBe(messageId(3));
  expect(leafOf(compared({ choice: messageId(2) }))).toBe(messageId(2));
  expect(leafOf(compared({ choice: 'tie' }))).toBe(messageId(3));
  const later = [...compared({ choice: messageId(2) }), answerOf(6, 1)];
  expect(leafOf(later)).toBe(messageId(6));
  const continued = [...compared({ choice: messageId(3) }), questionOf(4, 2)];
  expect(leafOf(continued)).toBe(messageId(4));
});

test('nobody reads who wrote what before a blind vote, and everybody afterwards', () => {
  const hidden = hideModels(compared());
  expect(hidden.slice(1).map(({ model, endpoint, usage }) => [model, endpoint, usage])).toEqual([
    [undefined, undefined, undefined],
    [undefined, undefined, undefined],
  ]);
  for (const shown of [compared({ blind: false }), compared({ choice: 'none' })]) expect(hideModels(shown)).toBe(shown);
  const continued = [...compared(), questionOf(4, 2)];
  expect(hideModels(continued)).toBe(continued);
});

test('errors, notices and hand-offs name nobody before a blind vote', () => {
  const [question, first, second] = compared();
  const detail = 'The model alpha is overloaded.';
  const failed: Message = {
    ...first!,
    notices: ['The server of agent Ada could not be reached.'],
    parts: [
      { type: 'text', step: 0, text: 'Half' },
      { type: 'hand-off', step: 1, agent: { id: agentIdSchema.parse(messageId(9)), version: 1, name: 'Ada' } },
      { type: 'error', code: 'upstream-error', title: 'The provider failed', detail },
    ],
  };
  const told = JSON.stringify(hideModels([question!, failed, second!]));
  expect(told).toContain('Half');
  expect(told).toContain('upstream-error');
  expect(told).not.toMatch(/alpha|Ada/);
});
