import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineChanges } from './line-changes.ts';

describe('the difference between two texts', () => {
  it('shows changed lines with what is near them, and counts the rest', () => {
    const before = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].join('\n');
    expect(lineChanges(before, before.replace('seven', 'SEVEN'))).toEqual([
      { kind: 'skipped', count: 4 },
      { kind: 'same', text: 'five' },
      { kind: 'same', text: 'six' },
      { kind: 'removed', text: 'seven' },
      { kind: 'added', text: 'SEVEN' },
    ]);
  });

  it('does not take a missing end of line for a change', () => {
    expect(lineChanges('one\n', 'one')).toEqual([{ kind: 'same', text: 'one' }]);
  });

  it('keeps every line of both texts', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = lineChanges(`${before.join('\n')}\n`, `${after.join('\n')}\n`);
        const size = (...kinds: string[]) =>
          changes.reduce((sum, change) => {
            if (change.kind === 'skipped') return sum + change.count;
            return sum + (kinds.includes(change.kind) ? 1 : 0);
          }, 0);
        expect(size('same', 'removed')).toBe(before.length);
        expect(size('same', 'added')).toBe(after.length);
      }),
    );
  });
});
