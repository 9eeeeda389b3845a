import { messageIdSchema } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descendants } from './descendants.ts';

const idOf = (index: number) =>
  messageIdSchema.parse(`00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`);

describe('what follows from a message', () => {
  it('is the message, what is below it, and nothing else', () => {
    const tree = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tree, fc.nat(), (parents, chosen) => {
        const places = parents.map((parent, index) => ({
          id: idOf(index),
          parentId: index === 0 ? null : idOf(parent % index),
        }));
        const root = idOf(chosen % places.length);
        const below = descendants(places, [root]);
        const isBelow = (id: string): boolean => {
          for (let at = places.find((place) => place.id === id); at !== undefined;) {
            if (at.id === root) return true;
            const { parentId } = at;
            at = places.find((place) => place.id === parentId);
          }
          return false;
        };
        for (const { id } of places) expect(below.has(id)).toBe(isBelow(id));
      }),
    );
  });

  it('ends where parents lead in a circle', () => {
    const places = [
      { id: idOf(1), parentId: idOf(2) },
      { id: idOf(2), parentId: idOf(1) },
    ];
    expect([...descendants(places, [idOf(1)])]).toEqual([idOf(1), idOf(2)]);
  });
});
