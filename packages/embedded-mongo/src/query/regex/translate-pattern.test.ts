import { expect, it } from 'vitest';
import { compileRegex } from '../compile-regex.ts';
import { capturesOf } from './pattern-output.ts';

function compile(pattern: string, options = ''): RegExp {
  return compileRegex({ kind: 'regex', pattern, options });
}

it.each([
  [String.raw`^\Qa.b\E`, '', 'a.b'],
  [String.raw`\Qa+`, '', 'xa+'],
  ['abc$', '', 'abc\n'],
  [String.raw`\Aabc\Z`, '', 'abc\n'],
  ['^b', 'm', 'a\nb'],
  ['a.b', '', 'a\rb'],
  ['a.b', 's', 'a\nb'],
  ['[[:alpha:]]+[[:digit:]]', '', 'ab1'],
  [String.raw`a\hb`, '', 'a\tb'],
  ['a++b', '', 'aaab'],
  ['x(?i)y', '', 'xY'],
  ['(a(?i)b|c)', '', 'C'],
  ['(?i)(b(?-i)c)d', '', 'BcD'],
  [String.raw`(?<y>\d)\k<y>`, '', '11'],
  [String.raw`(?P<y>\d)(?P=y)`, '', '22'],
  [String.raw`(a)\g{-1}`, '', 'aa'],
  [String.raw`\x{1F600}\101`, '', '😀A'],
  ['a{,3}', '', 'a{,3}'],
  ['a{2}{2}', '', 'aaaa'],
  ['[]a]', '', ']'],
  [String.raw`[a-\d]`, '', '-'],
  [String.raw`[\Qa]\E]`, '', ']'],
  [String.raw`\p{Greek}\pL`, '', 'αé'],
  ['é', 'i', 'É'],
  [String.raw`(*UCP)\bé\s`, '', 'é\u{a0}'],
  [String.raw`(*UCP)^[[:alpha:]]+[[:digit:]][[:space:]][[:upper:]]$`, '', 'é박༢\u{a0}É'],
  [String.raw`(*UCP)^[[:^alpha:]]$`, '', '༢'],
  ['a # note\n b [ ]', 'x', 'ab '],
  ['(?x) a b', '', 'ab'],
  ['(?#note)a', '', 'a'],
  [String.raw`^\R$`, '', '\r\n'],
  ['[&&]', '', '&'],
  ['(?=a)*a', '', 'a'],
])('/%s/%s finds %j', (pattern, options, text) => {
  expect(compile(pattern, options).test(text)).toBe(true);
});

it.each([
  [String.raw`^\Qa.b\E`, '', 'axb'],
  [String.raw`abc\z`, '', 'abc\n'],
  ['^a', 'm', 'x\ra'],
  ['a.b', '', 'a\nb'],
  ['[[:alpha:]]', '', 'é'],
  ['[[:^digit:]]', '', '1'],
  ['a++ab', '', 'aaab'],
  ['(?>a|ab)c', '', 'abc'],
  ['(?:a(?i)b){2}', '', 'aBAb'],
  ['(a(?i)b|c)d', '', 'CD'],
  ['(?-i)a', 'i', 'A'],
  [String.raw`\s`, '', '\u{a0}'],
  [String.raw`\bé`, '', 'é'],
  [String.raw`\p{^Lu}`, '', 'A'],
])('/%s/%s does not find %j', (pattern, options, text) => {
  expect(compile(pattern, options).test(text)).toBe(false);
});

it.each([
  [')', 'unmatched closing parenthesis'],
  ['[z-a]', 'range out of order in character class'],
  ['a{3,2}', 'numbers out of order in {} quantifier'],
  [String.raw`\u00e9`, String.raw`PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u`],
  [String.raw`\i`, 'unrecognized character follows \\'],
  ['(?z)', 'unrecognized character after (? or (?-'],
  ['(?<a>x)(?<a>y)', 'two named subpatterns have the same name (PCRE2_DUPNAMES not set)'],
  [String.raw`\2`, 'reference to non-existent subpattern'],
  ['[[:foo:]]', 'unknown POSIX class name'],
  ['a(?R)?', '(?R is not supported by the embedded store'],
])('refuses /%s/', (pattern, fault) => {
  expect(() => compile(pattern)).toThrow(`Regular expression is invalid: ${fault}`);
});

it('tells captures from the groups it adds itself', () => {
  const match = compile('(a)(b)++(?<last>c)?').exec('abbd');
  expect(match && capturesOf(match)).toEqual(['a', 'b', undefined]);
});
