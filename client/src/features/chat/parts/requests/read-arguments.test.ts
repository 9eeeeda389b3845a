import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkArguments, readArguments, showHidden } from './read-arguments.ts';

describe('the arguments of a call', () => {
  it('are a list of names and values', () => {
    expect(readArguments('{ "path": "/a b", "deep": {"x": [1, null]} }')).toMatchObject({
      kind: 'list',
      entries: [
        { name: 'path', value: '/a b', isText: true },
        { name: 'deep', value: '{\n  "x": [\n    1,\n    null\n  ]\n}', isText: false },
      ],
    });
  });

  it.each([
    ['a number JavaScript cannot hold', '{"id":12345678901234567890}'],
    ['a name that is there twice', '{"a":1,"a":2}'],
    ['names in an order JavaScript changes', '{"b":1,"1":2}'],
    ['escapes', '{"a":"\\u0062"}'],
    ['no object', '[1]'],
    ['no JSON', '{"a":'],
  ])('stay exactly as they are where a list would tell less: %s', (_, input) => {
    expect(readArguments(input)).toEqual({ kind: 'raw', pretty: input });
  });

  it('lose nothing on the way through the list', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const input = JSON.stringify(value);
        const { pretty } = readArguments(input);
        expect(JSON.parse(pretty)).toEqual(JSON.parse(input));
      }),
    );
  });

  it('have to be JSON of an object when they are edited', () => {
    expect(checkArguments('{"a":1}')).toBeUndefined();
    expect(checkArguments('{"a":')).toMatchObject({ kind: 'not-json' });
    expect(checkArguments('[1]')).toEqual({ kind: 'not-object' });
    expect(checkArguments('null')).toEqual({ kind: 'not-object' });
    expect(checkArguments(`{"a":"${'x'.repeat(262_144)}"}`)).toEqual({ kind: 'too-long' });
  });

  it('hide no characters that change how they look', () => {
    expect(showHidden('txt\u202Eexe.\u200Bsh\u{E0041}')).toBe('txt⟨U+202E⟩exe.⟨U+200B⟩sh⟨U+E0041⟩');
    expect(showHidden('line\n\tnext 👩‍👩‍👧 العربية')).toBe('line\n\tnext 👩‍👩‍👧 العربية');
  });
});
