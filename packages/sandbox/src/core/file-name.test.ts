import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFileName } from './file-name.ts';

describe('the name of a file', () => {
  it.each([
    'data.csv',
    '-rf',
    '..x',
    '...',
    '<img src=x>.html',
    'a/b/c/d/e/f/g/h',
    'ü 文 🎉.txt',
    ' ',
    String.raw`C:\x`,
    '.hidden',
    'نتائج\u200F.csv',
  ])('can be %j', (name) => {
    expect(checkFileName(name)).toBeUndefined();
  });

  it.each([
    ['', 'no name'],
    ['/etc/passwd', 'not plain'],
    ['../x', 'not plain'],
    ['a/../b', 'not plain'],
    ['a/./b', 'not plain'],
    ['a//b', 'not plain'],
    ['a/', 'not plain'],
    ['.', 'not plain'],
    ['..', 'not plain'],
    ['new\nline', 'control characters'],
    ['nul\0', 'control characters'],
    ['\u001B[31m', 'control characters'],
    ['separated\u2028lines', 'control characters'],
    ['plot\u202Egnp.exe', 'control characters'],
    ['plot\u2067gnp.exe', 'control characters'],
    ['half \uD83D', 'not UTF-8'],
    ['lost \uFFFD', 'not UTF-8'],
    ['1/2/3/4/5/6/7/8/9', 'too deep'],
    ['x'.repeat(256), 'too long'],
    ['ü'.repeat(128), 'too long'],
    [Array.from({ length: 5 }, () => 'x'.repeat(250)).join('/'), 'too long'],
  ])('cannot be %j', (name, reason) => {
    expect(checkFileName(name)).toContain(reason);
  });

  it('never leads out of its folder, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '\0', '\n', 'ü') }), (name) => {
        if (checkFileName(name) !== undefined) return;
        expect(new URL(name.split('/').map(encodeURIComponent).join('/'), 'file:///mnt/data/').pathname).toMatch(
          /^\/mnt\/data\/./,
        );
      }),
    );
  });
});
