import { describe, expect, it } from 'vitest';
import { freeName, pastedName } from './file-names.ts';

describe('the names of attached files', () => {
  it('are each used once', () => {
    const taken = new Set(['data.csv', 'data (2).csv', 'README', '.env', 'a.tar.gz']);
    expect(['data.csv', 'README', '.env', 'a.tar.gz', 'new.csv'].map((name) => freeName(name, taken))).toEqual([
      'data (3).csv',
      'README (2)',
      '.env (2)',
      'a.tar (2).gz',
      'new.csv',
    ]);
  });

  it('tell pictures from the clipboard apart', () => {
    const now = new Date(2026, 10, 20, 9, 5, 7);
    expect([pastedName('image.png', now), pastedName('holiday.png', now)]).toEqual([
      'pasted 09-05-07.png',
      'holiday.png',
    ]);
  });
});
