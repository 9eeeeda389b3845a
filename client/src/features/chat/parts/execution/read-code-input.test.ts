import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCodeInput } from './read-code-input.ts';

describe('the arguments of a run', () => {
  it('are its language, its code and what it is called with', () => {
    expect(readCodeInput('{"lang":"py","code":"print(1)","args":["-v"]}')).toEqual({
      lang: 'py',
      code: 'print(1)',
      args: ['-v'],
    });
  });

  it.each([
    ['', '', ''],
    ['{', '', ''],
    ['{"la', '', ''],
    ['{"lang":"py', 'py', ''],
    ['{"lang": "py", "code": "print(\\"a\\\\', 'py', 'print("a\\'],
    ['{"lang":"py","code":"a\\', 'py', 'a'],
    ['{"lang":"py","code":"a\\u00', 'py', 'a'],
    ['{"args":["a\\"],}",{"b":"}"}],"n":12,"code":"x', '', 'x'],
    ['no JSON at all', '', ''],
    ['["code","x"]', '', ''],
    ['{"code":7,"lang":"py"}', 'py', ''],
    ['null', '', ''],
  ])('of %s are what is there', (input, lang, code) => {
    expect(readCodeInput(input)).toMatchObject({ lang, code });
  });

  it('grow letter by letter while they are written, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary' })),
        fc.nat(),
        (code, args, length) => {
          const whole = JSON.stringify({ args, lang: 'py', code });
          const read = readCodeInput(whole.slice(0, length % (whole.length + 1)));
          expect(code.startsWith(read.code)).toBe(true);
          expect('py'.startsWith(read.lang)).toBe(true);
          expect(readCodeInput(whole)).toEqual({ lang: 'py', code, args });
        },
      ),
    );
  });
});
