import type { ConversationId } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { createLooks } from './looks.ts';

const [one, other] = ['one', 'other'] as unknown as [ConversationId, ConversationId];

describe('what the tabs of a browser show', () => {
  it('is left when the last tab that showed it goes on', () => {
    const looks = createLooks();
    expect(looks.note('tab 1', one)).toBeUndefined();
    expect(looks.note('tab 2', one)).toBeUndefined();
    expect(looks.note('tab 1', other)).toBeUndefined();
    expect(looks.note('tab 2', null)).toBe(one);
    expect(looks.note('tab 1', one)).toBe(other);
  });

  it('is not left by a tab that says it once more', () => {
    const looks = createLooks();
    looks.note('tab 1', one);
    expect(looks.note('tab 1', one)).toBeUndefined();
    looks.clear();
    expect(looks.note('tab 1', null)).toBeUndefined();
  });
});
