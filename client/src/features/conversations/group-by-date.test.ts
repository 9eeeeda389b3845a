import type { Conversation } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { en } from '../../locales/en.ts';
import { groupByDate } from './group-by-date.ts';

const now = new Date(2026, 10, 20, 9, 30);

describe('groupByDate', () => {
  it.each([
    [new Date(2026, 10, 20, 0, 0), 'Today'],
    [new Date(2026, 10, 21, 3, 0), 'Today'],
    [new Date(2026, 10, 19, 23, 59), 'Yesterday'],
    [new Date(2026, 10, 18, 12, 0), 'Previous 7 days'],
    [new Date(2026, 10, 13, 0, 0), 'Previous 7 days'],
    [new Date(2026, 10, 12, 23, 59), 'November'],
    [new Date(2026, 8, 1), 'September'],
    [new Date(2025, 10, 20), 'November 2025'],
  ])('puts %s under %s', (date, label) => {
    expect(groupByDate([conversationOf(date)], now, en).map((group) => group.label)).toEqual([label]);
  });

  it('keeps the order it was given', () => {
    const dates = [new Date(2026, 10, 20, 9), new Date(2026, 10, 20, 8), new Date(2026, 10, 19), new Date(2026, 9, 1)];
    const groups = groupByDate(dates.map(conversationOf), now, en);
    expect(groups.map((group) => [group.label, group.conversations.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      ['October', 1],
    ]);
  });
});

function conversationOf(date: Date): Conversation {
  return { id: date.toISOString(), title: 'Tea', updatedAt: date.toISOString() } as unknown as Conversation;
}
