import { describe, expect, it } from 'vitest';
import { fitOf, rankEntries } from './rank-entries.ts';
import type { PaletteEntry } from './palette-entry.ts';

describe('how an entry fits', () => {
  it.each([
    ['New chat', '', 'new chat', 0],
    ['New chat', '', 'ne', 1],
    ['Start a new chat', '', 'ch ne', 2],
    ['Preferences', 'settings options', 'opt', 2],
    ['Renew', '', 'new', 3],
    ['Toggle sidebar', '', 'tgsb', 4],
    ['Crème', '', 'creme', 0],
    ['New chat', '', '.*', undefined],
    ['New chat', '', 'xyz', undefined],
  ])('%s (%s) for %s: %s', (label, keywords, query, fit) => {
    expect(fitOf(label, keywords, query)).toBe(fit);
  });
});

function entry(id: string, label: string): PaletteEntry {
  return { id, label, group: 'actions', run: () => undefined };
}

describe('entries', () => {
  it('come best first, those used lately before others that fit as well', () => {
    const all = [entry('a', 'Archive'), entry('b', 'Arrange'), entry('c', 'Arch'), entry('d', 'Other')];
    expect(rankEntries(all, 'arch', [], 5).map(({ id }) => id)).toEqual(['c', 'a']);
    expect(rankEntries(all, 'ar', ['b'], 5).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(rankEntries(all, 'ar', [], 1)).toHaveLength(1);
  });
});
