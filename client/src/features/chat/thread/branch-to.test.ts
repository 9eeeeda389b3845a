import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageId, questionOf } from '../testing/messages.ts';
import { branchTo } from './branch-to.ts';
import { visiblePath } from './visible-path.ts';

describe('the way to a message', () => {
  it('leads to every message of any tree', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(parents, fc.nat(), (numbers, wanted) => {
        const messages = numbers.map((number, index) => questionOf(index, index === 0 ? null : number % index));
        const id = messageId(wanted % messages.length);
        const path = visiblePath(messages, branchTo(messages, id));
        expect(path.map(({ message }) => message.id)).toContain(id);
      }),
    );
  });

  it('does not exist to one that is gone, or hangs on one that is', () => {
    expect(branchTo([questionOf(1, null)], messageId(2))).toBeUndefined();
    expect(branchTo([questionOf(3, 2)], messageId(3))).toBeUndefined();
  });
});
