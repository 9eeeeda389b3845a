import { messageIdSchema } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectForFork } from './fork-selection.ts';

const idOf = (index: number) =>
  messageIdSchema.parse(`00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`);
const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16);

/**
 * 0 prompt ─ 1 answer ┬ 2 prompt ─ 3 answer ┬ 4 prompt ─ 5 answer
 *                     │          └ 6 answer └ 7 prompt ─ 8 answer
 *                     └ 9 prompt ─ 10 answer ─ 11 prompt
 */
const places = [
  [null, 'user'],
  [0, 'assistant'],
  [1, 'user'],
  [2, 'assistant'],
  [3, 'user'],
  [4, 'assistant'],
  [2, 'assistant'],
  [3, 'user'],
  [7, 'assistant'],
  [1, 'user'],
  [9, 'assistant'],
  [10, 'user'],
].map(([parent, role], index) => ({
  id: idOf(index),
  parentId: typeof parent === 'number' ? idOf(parent) : null,
  role: role === 'user' ? ('user' as const) : ('assistant' as const),
}));

function select(message: number, scope: 'path' | 'branches' | 'all', startHere = false): number[] {
  return selectForFork(places, { messageId: idOf(message), scope, startHere }).map(({ id }) => numberOf(id));
}

describe('what a fork takes along', () => {
  it('is the way to the message', () => {
    expect(select(3, 'path')).toEqual([0, 1, 2, 3]);
    expect(select(0, 'path')).toEqual([0]);
  });

  it('is the way with the other versions of its messages, and the answers to these', () => {
    expect(select(3, 'branches')).toEqual([0, 1, 2, 3, 6, 9, 10]);
  });

  it('is everything', () => {
    expect(select(3, 'all')).toEqual(places.map((_place, index) => index));
  });

  it('is what was said last after the message', () => {
    expect(select(9, 'path', true)).toEqual([9, 10, 11]);
    expect(select(4, 'path', true)).toEqual([4, 5]);
  });

  it('begins with the prompt where the message is an answer', () => {
    expect(select(3, 'path', true)).toEqual([2, 3, 7, 8]);
  });

  it('is what was said last after the message, with other versions of that', () => {
    expect(select(3, 'branches', true)).toEqual([2, 3, 4, 5, 7, 8]);
  });

  it('is all that follows from the message', () => {
    expect(select(2, 'all', true)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('is nothing where the message is not there', () => {
    expect(select(99, 'all')).toEqual([]);
  });

  it('is a tree without gaps, in the order the messages have, whatever they are', () => {
    const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
    const scopes = fc.constantFrom('path' as const, 'branches' as const, 'all' as const);
    fc.assert(
      fc.property(trees, fc.nat(), scopes, fc.boolean(), (parents, chosen, scope, startHere) => {
        const depths: number[] = [];
        const tree = parents.map((parent, index) => {
          const above = index === 0 ? undefined : parent % index;
          const depth = above === undefined ? 0 : (depths[above] ?? 0) + 1;
          depths.push(depth);
          const role = depth % 2 === 0 ? ('user' as const) : ('assistant' as const);
          return { id: idOf(index), parentId: above === undefined ? null : idOf(above), role };
        });
        const messageId = idOf(chosen % tree.length);
        const taken = selectForFork(tree, { messageId, scope, startHere });
        const ids = new Set(taken.map(({ id }) => id));
        expect(ids.has(messageId)).toBe(true);
        expect(taken.filter(({ parentId }) => parentId === null || !ids.has(parentId))).toHaveLength(1);
        expect(taken.map(({ id }) => numberOf(id))).toEqual(
          taken.map(({ id }) => numberOf(id)).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
