import { expect, it } from 'vitest';
import { foldNotes } from './skip-notes.ts';

const because = (reason: string, ...names: readonly string[]) => names.map((name) => ({ name, reason }));

it('tells a few names for each reason and counts the others', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `${index}.txt`);
  expect(foldNotes([...because('too many', ...many), ...because('a link', 'x')])).toEqual([
    ...because('too many', '0.txt', '1.txt', '2.txt', '3.txt', '4.txt', '9995 more'),
    ...because('a link', 'x'),
  ]);
});

it('tells a sixth name rather than that there is one more', () => {
  const six = because('too many', 'a', 'b', 'c', 'd', 'e', 'f');
  expect(foldNotes(six)).toEqual(six);
});

it('makes names safe to print, and short', () => {
  const names = foldNotes(because('bad', 'new\nline', '\u001B[31mred', 'half \uD83D', '🎉'.repeat(200))).map(
    ({ name }) => name,
  );
  expect(names.slice(0, 3)).toEqual(['new\uFFFDline', '\uFFFD[31mred', 'half \uFFFD']);
  expect(names[3]).toBe(`${'🎉'.repeat(119)}…`);
});
