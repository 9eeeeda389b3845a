import { messageIdSchema } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { findMatches, findRanges } from './find-matches.ts';

const id = (number: number) => messageIdSchema.parse(`00000000-0000-4000-8000-00000000000${String(number)}`);

function message(number: number, text: string): Message {
  return {
    id: id(number),
    conversationId: '00000000-0000-4000-8000-000000000000' as never,
    parentId: null,
    role: 'user',
    status: 'done',
    parts: [
      { type: 'reasoning', step: 0, text },
      { type: 'text', step: 0, text },
    ],
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

afterEach(() => document.body.replaceChildren());

describe('finding in a chat', () => {
  it('counts every place in what was said, whatever its case and accents', () => {
    const messages = [message(1, 'Café, CAFE'), message(2, 'tea'), message(3, 'cafe')];
    expect(findMatches(messages, 'cafe')).toEqual([
      { messageId: id(1), nth: 0 },
      { messageId: id(1), nth: 1 },
      { messageId: id(3), nth: 0 },
    ]);
    expect(findMatches(messages, '.*')).toEqual([]);
    expect(findMatches(messages, ' ')).toEqual([]);
  });

  it('finds them in what is shown, across its elements', () => {
    const element = document.body.appendChild(document.createElement('div'));
    element.innerHTML = '<h2 class="sr-only">straße</h2><p>Die gro<b>ße Stra</b>ße</p><button>straße</button>';
    const ranges = findRanges(element, 'grosse STRASSE');
    expect(ranges.map(String)).toEqual(['große Straße']);
    expect(findRanges(element, 'strasse')).toHaveLength(1);
  });
});
