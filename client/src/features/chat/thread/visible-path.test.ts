import type { Message } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf, messageId, questionOf } from '../testing/messages.ts';
import { visiblePath } from './visible-path.ts';

const ids = (messages: readonly Message[], choices?: Parameters<typeof visiblePath>[1]) =>
  visiblePath(messages, choices).map(({ message }) => message.id);

describe('the visible path', () => {
  it('is the whole conversation where nothing branches', () => {
    const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, 2), answerOf(4, 3)];
    expect(ids(messages)).toEqual([1, 2, 3, 4].map(messageId));
  });

  it('leads to the newest message, even under an older branch', () => {
    const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, null), answerOf(4, 3), questionOf(5, 2)];
    expect(ids(messages)).toEqual([1, 2, 5].map(messageId));
  });

  it('follows a choice, and knows the siblings', () => {
    const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, null), answerOf(4, 3)];
    const path = visiblePath(messages, new Map([[null, messageId(1)]]));
    expect(path.map(({ message }) => message.id)).toEqual([1, 2].map(messageId));
    expect(path[0]?.siblings).toEqual([1, 3].map(messageId));
  });

  it('leaves out what hangs on a message that is missing', () => {
    expect(ids([questionOf(1, null), answerOf(2, 9)])).toEqual([messageId(1)]);
  });

  it('is found in one look at each message, however long the conversation and however many versions', () => {
    let looks = 0;
    const counted = (message: Message): Message => ({
      ...message,
      get parentId() {
        looks += 1;
        return message.parentId;
      },
    });
    const long = Array.from({ length: 5000 }, (_, index) => questionOf(index, index === 0 ? null : index - 1));
    const siblings = Array.from({ length: 500 }, (_, index) => answerOf(6000 + index, 4999));
    const path = visiblePath([...long, ...siblings].map(counted));
    expect(path).toHaveLength(5001);
    expect(path.at(-1)?.siblings).toHaveLength(500);
    expect(looks).toBeLessThan(6 * 5500);
  });

  it('always ends in a leaf and never visits a message twice, whatever the tree', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(parents, (numbers) => {
        const messages = numbers.map((number, index) => questionOf(index, index === 0 ? null : number % index));
        const path = ids(messages);
        expect(new Set(path).size).toBe(path.length);
        expect(path).toContain(messages.at(-1)?.id);
        expect(messages.filter(({ parentId }) => parentId === path.at(-1))).toEqual([]);
      }),
    );
  });
});
