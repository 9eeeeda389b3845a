import { expect, it } from 'vitest';
import { timeAgo } from './time-ago.ts';

const now = new Date('2026-11-20T12:00:00.000Z');

it.each([
  ['2026-11-20T11:59:30.000Z', 'just now'],
  ['2026-11-20T12:00:20.000Z', 'just now'],
  ['2026-11-20T11:58:59.000Z', '1 minute ago'],
  ['2026-11-20T07:00:00.000Z', '5 hours ago'],
  ['2026-11-19T11:00:00.000Z', 'yesterday'],
  ['2026-11-10T11:00:00.000Z', 'last week'],
  ['2025-11-01T11:00:00.000Z', 'last year'],
])('says %s as “%s”', (timestamp, words) => {
  expect(timeAgo(timestamp, now)).toBe(words);
});
